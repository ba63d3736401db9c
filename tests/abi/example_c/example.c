/* SPDX-License-Identifier: Apache-2.0
 * A whole plugin in plain C. Nothing is needed but the header:
 *
 *   cc -shared -fPIC -I plugin-api/include -o example.so example.c
 *   x86_64-w64-mingw32-gcc -shared -I plugin-api/include -o example.dll example.c
 *
 * It publishes one gauge per corner of a square; `size` in its table scales them.
 */
#include "reeve/plugin.h"

#include <stdlib.h>
#include <string.h>

typedef struct example {
  const reeve_host* host;
  double size;
  uint32_t family;
  uint64_t corners[4];
} example;

static reeve_str text(const char* s) {
  reeve_str out;
  out.ptr = s;
  out.len = strlen(s);
  return out;
}

static reeve_status REEVE_CALL create(const reeve_host* host, const reeve_call* call, void** self) {
  example* e = (example*)calloc(1, sizeof *e);
  (void)call;
  if (!e) return REEVE_E_NOMEM;
  e->host = host;
  e->size = 1;
  *self = e;
  return REEVE_OK;
}

static reeve_status REEVE_CALL configure(void* self, const reeve_call* call, const reeve_config* config) {
  example* e = (example*)self;
  const reeve_status status = config->get_f64(config, "size", &e->size);
  (void)call;
  if (status != REEVE_OK && status != REEVE_E_NOT_FOUND) return status;
  if (e->size < 0) {
    static const char message[] = "must not be negative";
    config->reject(config, "size", message, sizeof message - 1);
    return REEVE_E_ARG;
  }
  return REEVE_OK;
}

static reeve_status REEVE_CALL start(void* self, const reeve_call* call) {
  static const char* const names[4] = {"north", "east", "south", "west"};
  example* e = (example*)self;
  reeve_str keys[1];
  reeve_family family;
  reeve_status status;
  int i;
  memset(&family, 0, sizeof family);
  keys[0] = text("corner");
  family.struct_size = sizeof family;
  family.kind = REEVE_GAUGE;
  family.name = text("example_corner_distance_meters");
  family.help = text("How far each corner is from the middle.");
  family.label_keys = keys;
  family.n_label_keys = 1;
  status = e->host->family(e->host, call, &family, &e->family);
  for (i = 0; i < 4 && status >= 0; ++i) {
    reeve_label label;
    label.ptr = names[i];
    label.len = (uint32_t)strlen(names[i]);
    label.sym = 0;
    status = e->host->series(e->host, call, e->family, &label, &e->corners[i]);
  }
  return status;
}

static reeve_status REEVE_CALL sample(void* self, const reeve_call* call) {
  example* e = (example*)self;
  reeve_point points[4];
  reeve_batch batch;
  int i;
  for (i = 0; i < 4; ++i) {
    points[i].series = e->corners[i];
    points[i].value = e->size * (i + 1);
  }
  memset(&batch, 0, sizeof batch);
  batch.struct_size = sizeof batch;
  batch.points = points;
  batch.n_points = 4;
  batch.point_stride = sizeof points[0];
  return e->host->emit(e->host, call, &batch);
}

static reeve_status REEVE_CALL stop(void* self, const reeve_call* call) {
  (void)self;
  (void)call;
  return REEVE_OK;
}

static void REEVE_CALL destroy(void* self) {
  free(self);
}

static const reeve_plugin_ops ops = {
    sizeof(reeve_plugin_ops), 0, create, configure, start, sample, stop, destroy, NULL};
static const reeve_plugin_desc plugin = {sizeof(reeve_plugin_desc),
                                         0,
                                         "org.example.corners",
                                         "corners",
                                         "1.0.0",
                                         "Example",
                                         "Shows how little a plugin in C needs.",
                                         "Apache-2.0",
                                         NULL,
                                         NULL,
                                         &ops,
                                         0};
static const reeve_plugin_desc* const plugins[] = {&plugin};
static const reeve_module module = {
    sizeof(reeve_module), REEVE_ABI_MAJOR, REEVE_ABI_MINOR, 0, 0, 1, plugins, "c/1.0"};

const reeve_module* REEVE_CALL reeve_module_v1(uint32_t host_minor) {
  (void)host_minor;
  return &module;
}
