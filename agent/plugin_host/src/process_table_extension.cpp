// SPDX-License-Identifier: Apache-2.0
#include "extensions.hpp"

#include "reeve/plugin_host/tables.hpp"
#include "reeve/process_table.h"

namespace reeve::plugin_host {

namespace {

reeve_status REEVE_CALL want(const reeve_host* h, const reeve_call* call, std::uint32_t fields) {
  instance::core& c = core_of(h);
  if (!in_call(c, call)) return REEVE_E_STATE;
  return guard([&] {
    c.shared.tables.processes.want(&c, fields);
    return REEVE_OK;
  });
}

reeve_status REEVE_CALL read(const reeve_host* h, const reeve_call* call, reeve_process_rows* out) {
  instance::core& c = core_of(h);
  if (!in_call(c, call) || !c.sampling) return REEVE_E_STATE;
  if (!out || !REEVE_HAS(reeve_process_rows, out, short_lived_lost_total)) return REEVE_E_ARG;
  return guard([&] {
    auto got = c.shared.tables.processes.read(&c, c.not_before, c.deadline());
    if (!got) return failed(c, got.error());
    const process_reading& r = keep(c, std::move(got->reading));
    reeve_process_rows rows{};
    rows.row_stride = sizeof(reeve_process_row);
    rows.rows = r.rows.data();
    rows.short_lived = r.short_lived.data() + got->first_short_lived;
    rows.n_rows = static_cast<std::uint32_t>(r.rows.size());
    rows.n_short_lived = static_cast<std::uint32_t>(r.short_lived.size() - got->first_short_lived);
    rows.text = r.text.data();
    rows.text_length = r.text.size();
    rows.generation = r.generation;
    rows.read_unix_ns = r.unix_time.count();
    rows.read_mono_ns = static_cast<std::uint64_t>(r.mono_time.count());
    rows.unreadable_access_denied = r.unreadable[0];
    rows.unreadable_vanished = r.unreadable[1];
    rows.unreadable_failed = r.unreadable[2];
    rows.short_lived_lost_total = r.short_lived_lost_total;
    hand_out(rows, out);
    return static_cast<reeve_status>(REEVE_OK);
  });
}

} // namespace

const void* process_table_extension() noexcept {
  static const reeve_process_table table{sizeof(reeve_process_table), 0, &want, &read};
  return &table;
}

} // namespace reeve::plugin_host
