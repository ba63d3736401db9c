// SPDX-License-Identifier: Apache-2.0
#include "host_api.hpp"

#include "extensions.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/counters.h"
#include "reeve/file_locks.h"
#include "reeve/open_files.h"
#include "reeve/process_table.h"
#include "reeve/socket_table.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace reeve::plugin_host {

reeve_status status_of(errc code) noexcept {
  switch (code) {
  case errc::invalid_argument:
    return REEVE_E_ARG;
  case errc::not_found:
    return REEVE_E_NOT_FOUND;
  case errc::access_denied:
    return REEVE_E_DENIED;
  case errc::unsupported:
    return REEVE_E_UNSUPPORTED;
  case errc::limit:
    return REEVE_E_LIMIT;
  case errc::timed_out:
  case errc::busy:
    return REEVE_E_AGAIN;
  case errc::cancelled:
    return REEVE_E_CANCELLED;
  case errc::failed:
    break;
  }
  return REEVE_E_FAIL;
}

namespace {

using core = instance::core;

constexpr std::size_t max_error_bytes = 1024;
constexpr std::size_t max_log_bytes = 4096;
constexpr std::uint32_t max_labels = 64;
constexpr std::uint32_t entries_between_polls = 4096;

core& of(const reeve_host* h) noexcept {
  return core_of(h);
}

std::string_view view(reeve_str s) noexcept {
  return s.ptr ? std::string_view(s.ptr, s.len) : std::string_view();
}

std::string clean(std::string_view text, std::size_t max_bytes) {
  std::string out;
  append_utf8(out, text, max_bytes);
  return out;
}

log_level level_of(std::uint32_t level) noexcept {
  return static_cast<log_level>(std::min<std::uint32_t>(level, REEVE_ERROR));
}

std::uint64_t REEVE_CALL mono_ns(const reeve_host* h) {
  return static_cast<std::uint64_t>(of(h).shared.time.mono().count());
}

std::uint32_t REEVE_CALL log_level(const reeve_host* h) {
  for (std::uint32_t level = REEVE_TRACE; level < REEVE_ERROR; ++level)
    if (of(h).shared.log.enabled(level_of(level))) return level;
  return REEVE_ERROR;
}

void REEVE_CALL log(const reeve_host* h, std::uint32_t level, const char* text, std::size_t length) {
  guard([&] {
    of(h).shared.log.write(level_of(level), of(h).options.name, clean({text, length}, max_log_bytes));
    return REEVE_OK;
  });
}

void REEVE_CALL set_error(const reeve_host* h, const reeve_call* call, const char* text, std::size_t length) {
  if (!in_call(of(h), call)) return;
  guard([&] {
    of(h).error = clean({text, length}, max_error_bytes);
    return REEVE_OK;
  });
}

reeve_status REEVE_CALL poll(const reeve_host* h, const reeve_call* call) {
  core& c = of(h);
  if (!in_call(c, call)) return REEVE_E_STATE;
  if (c.cancelled.load(std::memory_order_relaxed)) return REEVE_E_CANCELLED;
  return call->deadline_mono_ns != 0 && mono_ns(h) > call->deadline_mono_ns ? REEVE_E_CANCELLED : REEVE_OK;
}

store::metric_kind kind_of(std::uint32_t kind) noexcept {
  switch (kind) {
  case REEVE_COUNTER:
    return store::metric_kind::counter;
  case REEVE_HISTOGRAM:
    return store::metric_kind::histogram;
  case REEVE_INFO_METRIC:
    return store::metric_kind::info;
  default:
    return store::metric_kind::gauge; // R7: an unknown kind is no error
  }
}

reeve_status REEVE_CALL family(const reeve_host* h, const reeve_call* call, const reeve_family* f,
                               std::uint32_t* id) {
  core& c = of(h);
  if (!in_call(c, call)) return REEVE_E_STATE;
  if (!f || !id || !REEVE_HAS(reeve_family, f, n_label_keys)) return REEVE_E_ARG;
  return guard([&] {
    store::family_spec spec;
    spec.kind = kind_of(f->kind);
    spec.name = view(f->name);
    spec.help = clean(view(f->help), 4096);
    spec.unit = view(f->unit);
    for (std::uint32_t i = 0; i < std::min(f->n_label_keys, max_labels + 1); ++i)
      spec.label_keys.emplace_back(view(f->label_keys[i]));
    if (REEVE_HAS(reeve_family, f, max_series)) {
      if (f->bounds) spec.bounds.assign(f->bounds, f->bounds + f->n_bounds);
      spec.max_series = f->max_series;
    }
    if (spec.label_keys.size() > max_labels) {
      c.error = cat(clean(spec.name, 256), ": more than ", max_labels, " label keys");
      return static_cast<reeve_status>(REEVE_E_ARG);
    }
    const auto made = c.batch.family(spec);
    if (!made) {
      c.error = clean(made.error().message, max_error_bytes);
      c.shared.log.write(log_level::warn, c.options.name, "metric family refused", {{"reason", c.error}});
      return status_of(made.error().code);
    }
    *id = *made;
    return static_cast<reeve_status>(REEVE_OK);
  });
}

reeve_status REEVE_CALL intern(const reeve_host* h, const reeve_call* call, const char* text,
                               std::size_t length, std::uint32_t* symbol) {
  core& c = of(h);
  if (!in_call(c, call)) return REEVE_E_STATE;
  return guard([&] {
    const auto made = c.batch.intern({text, length});
    if (!made) return status_of(made.error().code);
    *symbol = *made;
    return static_cast<reeve_status>(REEVE_OK);
  });
}

// Label values in the store's form. The number of keys is the family's, which the store knows and checks.
struct label_buffer {
  std::array<store::label_value, max_labels> values;
  std::span<const store::label_value> fill(const reeve_label* labels, std::uint32_t count) noexcept {
    for (std::uint32_t i = 0; i < count; ++i)
      values[i] = {labels[i].ptr ? std::string_view(labels[i].ptr, labels[i].len) : std::string_view(),
                   labels[i].sym};
    return {values.data(), count};
  }
};

reeve_status REEVE_CALL series(const reeve_host* h, const reeve_call* call, std::uint32_t family_id,
                               const reeve_label* labels, std::uint64_t* out) {
  core& c = of(h);
  if (!in_call(c, call)) return REEVE_E_STATE;
  const auto keys = c.batch.label_count(family_id);
  if (!keys || (*keys > 0 && !labels)) return REEVE_E_ARG;
  return guard([&] {
    label_buffer buffer;
    const auto made = c.batch.series(family_id, buffer.fill(labels, *keys));
    if (!made) return status_of(made.error().code);
    *out = *made;
    return static_cast<reeve_status>(REEVE_OK);
  });
}

void REEVE_CALL series_drop(const reeve_host* h, const reeve_call* call, std::uint64_t id) {
  if (in_call(of(h), call)) of(h).batch.drop(id);
}

// Walks a strided array, asking now and then whether to go on. A stride below the element's first version is refused.
template <class T, class Each>
reeve_status walk(const reeve_host* h, const reeve_call* call, const T* first, std::uint32_t count,
                  std::uint32_t stride, Each&& each) {
  if (count == 0) return REEVE_OK;
  if (!first || stride < sizeof(T) || stride % alignof(T) != 0) return REEVE_E_ARG;
  reeve_status worst = REEVE_OK;
  const char* at = reinterpret_cast<const char*>(first);
  for (std::uint32_t i = 0; i < count; ++i, at += stride) {
    if (i % entries_between_polls == entries_between_polls - 1)
      if (const reeve_status go_on = poll(h, call); go_on != REEVE_OK) return go_on;
    if (!each(*reinterpret_cast<const T*>(at))) worst = REEVE_PARTIAL;
  }
  return worst;
}

reeve_status REEVE_CALL emit(const reeve_host* h, const reeve_call* call, const reeve_batch* b) {
  core& c = of(h);
  if (!in_call(c, call) || !c.sampling) return REEVE_E_STATE;
  if (!b || !REEVE_HAS(reeve_batch, b, hist_stride)) return REEVE_E_ARG;
  if (const reeve_status go_on = poll(h, call); go_on != REEVE_OK) return go_on;
  return guard([&] {
    reeve_status worst = walk(h, call, b->points, b->n_points, b->point_stride,
                              [&](const reeve_point& p) { return c.batch.set(p.series, p.value); });
    if (worst < 0) return worst;

    label_buffer buffer;
    const reeve_label* last_labels = nullptr; // samples that share one array have it translated once
    std::uint32_t last_count = 0;
    const reeve_status samples =
        walk(h, call, b->samples, b->n_samples, b->sample_stride, [&](const reeve_sample& s) {
          const auto keys = c.batch.label_count(s.family);
          if (!keys || (*keys > 0 && !s.labels)) return false;
          const bool same = s.labels == last_labels && *keys == last_count;
          if (!same) buffer.fill(s.labels, *keys);
          last_labels = s.labels;
          last_count = *keys;
          return c.batch.add(s.family, {buffer.values.data(), *keys}, s.value, same).has_value();
        });
    if (samples < 0) return samples;
    const reeve_status hists = walk(h, call, b->hists, b->n_hists, b->hist_stride, [&](const reeve_hist& s) {
      const auto keys = c.batch.label_count(s.family);
      if (!keys || (*keys > 0 && !s.labels) || !s.buckets) return false;
      const std::span<const std::uint64_t> buckets(s.buckets, *c.batch.bucket_count(s.family));
      return c.batch.add_histogram(s.family, buffer.fill(s.labels, *keys), s.sum, s.count, buckets)
          .has_value();
    });
    if (hists < 0) return hists;
    return std::max({worst, samples, hists});
  });
}

std::string field_text(const reeve_field& f) {
  switch (f.vtype) {
  case REEVE_T_STR:
    return clean(view(f.v.str), max_log_bytes);
  case REEVE_T_I64:
    return cat(f.v.i64);
  case REEVE_T_U64:
    return cat(f.v.u64);
  case REEVE_T_F64:
    return cat(f.v.f64);
  case REEVE_T_BOOL:
    return f.v.i64 ? "true" : "false";
  default:
    return {};
  }
}

reeve_status REEVE_CALL raise_event(const reeve_host* h, const reeve_event* e) {
  core& c = of(h);
  if (!e || !REEVE_HAS(reeve_event, e, field_stride)) return REEVE_E_ARG;
  if (e->n_fields > 0 && (!e->fields || e->field_stride < sizeof(reeve_field))) return REEVE_E_ARG;
  return guard([&] {
    event out;
    out.severity = e->severity;
    out.id = e->id;
    out.unix_time = e->time_unix_ns ? nanoseconds(e->time_unix_ns) : c.shared.time.unix_time();
    out.source = c.options.name;
    out.name = clean(view(e->name), 256);
    out.message = clean(view(e->message), max_log_bytes);
    const char* at = reinterpret_cast<const char*>(e->fields);
    for (std::uint32_t i = 0; i < std::min(e->n_fields, max_labels); ++i, at += e->field_stride) {
      const auto& f = *reinterpret_cast<const reeve_field*>(at);
      out.fields.emplace_back(clean(view(f.key), 256), field_text(f));
    }
    return static_cast<reeve_status>(c.shared.raise(std::move(out)) ? REEVE_OK : REEVE_E_AGAIN);
  });
}

const void* REEVE_CALL get_extension(const reeve_host*, const char* id) {
  if (!id) return nullptr;
  if (std::strcmp(id, REEVE_EXT_PROCESS_TABLE) == 0) return process_table_extension();
  if (std::strcmp(id, REEVE_EXT_SOCKET_TABLE) == 0) return socket_table_extension();
  if (std::strcmp(id, REEVE_EXT_FILE_LOCKS) == 0) return file_lock_extension();
  if (std::strcmp(id, REEVE_EXT_COUNTERS) == 0) return counters_extension();
  if (std::strcmp(id, REEVE_EXT_OPEN_FILES) == 0) return open_files_extension();
  return nullptr;
}

} // namespace

reeve_host make_host(core& c) {
  reeve_host h{};
  h.struct_size = sizeof h;
  h.abi_major = REEVE_ABI_MAJOR;
  h.abi_minor = REEVE_ABI_MINOR;
  h.agent_name = "reeve";
  h.agent_version = c.shared.agent_version.c_str();
  h.ctx = &c;
  h.get_extension = &get_extension;
  h.mono_ns = &mono_ns;
  h.log_level = &log_level;
  h.log = &log;
  h.set_error = &set_error;
  h.poll = &poll;
  h.family = &family;
  h.intern = &intern;
  h.series = &series;
  h.series_drop = &series_drop;
  h.emit = &emit;
  h.event = &raise_event;
  return h;
}

} // namespace reeve::plugin_host
