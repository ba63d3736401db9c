// SPDX-License-Identifier: Apache-2.0
// What the fake host answers when a plugin asks for a table. Each is where its table is made.
#pragma once

#include "tests/support/fake_plugin_host.hpp"

namespace reeve::testing {

struct fake_table_calls {
  static fake_plugin_host& of(const reeve_host* h) { return *static_cast<fake_plugin_host*>(h->ctx); }
  // Notes a table that is read where that is not allowed.
  static void note_reading(const reeve_host* h);

  static reeve_status REEVE_CALL want_processes(const reeve_host* h, const reeve_call*, std::uint32_t fields);
  static reeve_status REEVE_CALL read_processes(const reeve_host* h, const reeve_call*,
                                                reeve_process_rows* out);
  static reeve_status REEVE_CALL want_sockets(const reeve_host* h, const reeve_call*, std::uint32_t what);
  static reeve_status REEVE_CALL read_sockets(const reeve_host* h, const reeve_call*, reeve_socket_rows* out);
  static reeve_status REEVE_CALL want_files(const reeve_host* h, const reeve_call*, std::uint32_t what,
                                            const reeve_str* patterns, std::uint32_t n);
  static reeve_status REEVE_CALL read_files(const reeve_host* h, const reeve_call*,
                                            reeve_file_lock_rows* out);
  static reeve_status REEVE_CALL want_counter(const reeve_host* h, const reeve_call*,
                                              const reeve_counter_request* asked, std::uint32_t* number,
                                              reeve_str* problem);
  static reeve_status REEVE_CALL read_counters(const reeve_host* h, const reeve_call*,
                                               reeve_counter_rows* out);
  static reeve_status REEVE_CALL read_open_files(const reeve_host* h, const reeve_call*, std::uint32_t pid,
                                                 std::uint64_t start, std::uint32_t target_kinds,
                                                 std::uint32_t max_targets, reeve_open_file_rows* out);
};

} // namespace reeve::testing
