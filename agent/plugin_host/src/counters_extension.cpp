// SPDX-License-Identifier: Apache-2.0
#include "extensions.hpp"

#include "reeve/counters.h"
#include "reeve/plugin_host/tables.hpp"

#include <string>

namespace reeve::plugin_host {

namespace {

std::string text_of(reeve_str s) {
  return s.ptr ? std::string(s.ptr, s.len) : std::string();
}

reeve_status REEVE_CALL want(const reeve_host* h, const reeve_call* call,
                             const reeve_counter_request* request, std::uint32_t* number,
                             reeve_str* problem) {
  instance::core& c = core_of(h);
  if (!in_call(c, call)) return REEVE_E_STATE;
  if (!request || !number || !REEVE_HAS(reeve_counter_request, request, argument)) return REEVE_E_ARG;
  return guard([&] {
    const bool known = request->origin >= REEVE_COUNTER_SET && request->origin <= REEVE_COUNTER_FILE;
    const auto wanted =
        known ? c.shared.tables.counters.want(&c, {static_cast<os::counter_origin>(request->origin),
                                                   text_of(request->name), text_of(request->argument)})
              : result<std::uint32_t>(error{errc::unsupported, "this agent does not know such a counter"});
    if (!wanted) {
      const reeve_status status = failed(c, wanted.error());
      if (problem) *problem = {c.error.data(), c.error.size()};
      return status;
    }
    *number = *wanted;
    return static_cast<reeve_status>(REEVE_OK);
  });
}

reeve_status REEVE_CALL read(const reeve_host* h, const reeve_call* call, reeve_counter_rows* out) {
  instance::core& c = core_of(h);
  if (!in_call(c, call) || !c.sampling) return REEVE_E_STATE;
  if (!out || !REEVE_HAS(reeve_counter_rows, out, read_mono_ns)) return REEVE_E_ARG;
  return guard([&] {
    auto got = c.shared.tables.counters.read(&c, c.not_before, c.deadline());
    if (!got) return failed(c, got.error());
    const counter_reading& r = keep(c, *std::move(got));
    reeve_counter_rows rows{};
    rows.row_stride = sizeof(reeve_counter_row);
    rows.rows = r.rows.data();
    rows.measures = r.measures.data();
    rows.statuses = r.statuses.data();
    rows.text = r.text.data();
    rows.text_length = r.text.size();
    rows.n_rows = static_cast<std::uint32_t>(r.rows.size());
    rows.n_measures = static_cast<std::uint32_t>(r.measures.size());
    rows.measure_stride = sizeof(reeve_counter_measure);
    rows.n_statuses = static_cast<std::uint32_t>(r.statuses.size());
    rows.status_stride = sizeof(reeve_counter_status);
    rows.generation = r.generation;
    rows.read_unix_ns = r.unix_time.count();
    rows.read_mono_ns = static_cast<std::uint64_t>(r.mono_time.count());
    hand_out(rows, out);
    return static_cast<reeve_status>(REEVE_OK);
  });
}

} // namespace

const void* counters_extension() noexcept {
  static const reeve_counters table{sizeof(reeve_counters), 0, &want, &read};
  return &table;
}

} // namespace reeve::plugin_host
