// SPDX-License-Identifier: Apache-2.0
#include "extensions.hpp"

#include "reeve/plugin_host/tables.hpp"
#include "reeve/socket_table.h"

namespace reeve::plugin_host {

namespace {

reeve_status REEVE_CALL want(const reeve_host* h, const reeve_call* call, std::uint32_t what) {
  instance::core& c = core_of(h);
  if (!in_call(c, call)) return REEVE_E_STATE;
  return guard([&] {
    c.shared.tables.sockets.want(&c, what);
    return REEVE_OK;
  });
}

reeve_status REEVE_CALL read(const reeve_host* h, const reeve_call* call, reeve_socket_rows* out) {
  instance::core& c = core_of(h);
  if (!in_call(c, call) || !c.sampling) return REEVE_E_STATE;
  if (!out || !REEVE_HAS(reeve_socket_rows, out, unreadable_processes)) return REEVE_E_ARG;
  return guard([&] {
    auto got = c.shared.tables.sockets.read(&c, c.not_before, c.deadline());
    if (!got) return failed(c, got.error());
    const socket_reading& r = keep(c, *std::move(got));
    reeve_socket_rows rows{};
    rows.row_stride = sizeof(reeve_socket_row);
    rows.rows = r.rows.data();
    rows.owners = r.owners.data();
    rows.n_rows = static_cast<std::uint32_t>(r.rows.size());
    rows.n_owners = static_cast<std::uint32_t>(r.owners.size());
    rows.owner_stride = sizeof(reeve_socket_owner);
    rows.generation = r.generation;
    rows.read_unix_ns = r.unix_time.count();
    rows.read_mono_ns = static_cast<std::uint64_t>(r.mono_time.count());
    rows.unowned_none = r.unowned[0];
    rows.unowned_access_denied = r.unowned[1];
    rows.unowned_unseen = r.unowned[2];
    rows.unreadable_processes = r.unreadable_processes;
    hand_out(rows, out);
    return static_cast<reeve_status>(REEVE_OK);
  });
}

} // namespace

const void* socket_table_extension() noexcept {
  static const reeve_socket_table table{sizeof(reeve_socket_table), 0, &want, &read};
  return &table;
}

} // namespace reeve::plugin_host
