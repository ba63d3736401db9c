/* SPDX-License-Identifier: Apache-2.0 */
#include "reeve/plugin.h"

#include <stdlib.h>

#define TEXT(s)                                                                                              \
  { s, sizeof s - 1 }

typedef struct ticks {
  const reeve_host* host;
  uint64_t series;
  double count;
} ticks;

static reeve_status REEVE_CALL create(const reeve_host* host, const reeve_call* call, void** self) {
  ticks* t = calloc(1, sizeof *t);
  (void)call;
  if (!t) return REEVE_E_NOMEM;
  t->host = host;
  *self = t;
  return REEVE_OK;
}

static reeve_status REEVE_CALL start(void* self, const reeve_call* call) {
  ticks* t = self;
  const reeve_family family = {.struct_size = sizeof family,
                               .kind = REEVE_COUNTER,
                               .name = TEXT("example_ticks"),
                               .help = TEXT("How often sample() was called.")};
  uint32_t id = 0;
  const reeve_status status = t->host->family(t->host, call, &family, &id);
  return status < 0 ? status : t->host->series(t->host, call, id, NULL, &t->series);
}

static reeve_status REEVE_CALL sample(void* self, const reeve_call* call) {
  ticks* t = self;
  const reeve_point point = {.series = t->series, .value = ++t->count};
  const reeve_batch batch = {
      .struct_size = sizeof batch, .points = &point, .n_points = 1, .point_stride = sizeof point};
  return t->host->emit(t->host, call, &batch);
}

static void REEVE_CALL destroy(void* self) {
  free(self);
}

static const reeve_plugin_ops ops = {
    .struct_size = sizeof ops, .create = create, .start = start, .sample = sample, .destroy = destroy};
static const reeve_plugin_desc plugin = {.struct_size = sizeof plugin,
                                         .id = "org.example.ticks",
                                         .name = "ticks",
                                         .version = "1.0.0",
                                         .vendor = "Example",
                                         .description = "Counts its own samples.",
                                         .license = "Apache-2.0",
                                         .ops = &ops};
static const reeve_plugin_desc* const plugins[] = {&plugin};
static const reeve_module module = {.struct_size = sizeof module,
                                    .abi_major = REEVE_ABI_MAJOR,
                                    .abi_minor = REEVE_ABI_MINOR,
                                    .n_plugins = 1,
                                    .plugins = plugins,
                                    .sdk = "c/1.0"};

const reeve_module* REEVE_CALL reeve_module_v1(uint32_t host_minor) {
  (void)host_minor;
  return &module;
}
