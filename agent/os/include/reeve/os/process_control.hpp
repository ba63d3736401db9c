// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

struct process_facts {
  process_id id;
  std::string name; // of the program: "nginx", "nginx.exe". Linux: what it calls itself, 15 bytes at most
  // Linux: the last part of its file's name, and of the one it was started by, where they differ from that.
  std::vector<std::string> other_names;
  std::string user; // whose it is; empty: that cannot be told
  bool is_kernel_thread = false;
  nanoseconds age{0}; // since it began, to 10 ms; the time in which the machine slept included
};
// Who has that number now. not_found: nobody; access_denied: one that this account may not see.
result<process_facts> look_at_process(std::uint32_t pid);
std::uint32_t own_pid() noexcept;
bool is_running(const process_id& id); // it, and not waiting for its parent only

// Those that this process descends from, its parent first.
std::vector<process_id> ancestors_of_this_process();

// "process 12 (nginx: nginx -g daemon off;)" in valid UTF-8; as much of it as this account may see.
std::string describe_process(const process_id& id);

// Ends a process that nobody of ours started. It is taken hold of by a handle or pidfd before its identity is made sure
// of, so that a stranger with the same number is never hit: not_found then. Refused (access_denied): this process itself,
// those above it, and the system's first ones.
result<> ask_process_to_end(
    const process_id& id); // SIGTERM; Windows: WM_CLOSE to its windows, unsupported without one
result<> kill_process(const process_id& id);
// "SIGHUP" and its like, with the same care. Windows: unsupported.
result<> signal_process(const process_id& id, std::string_view signal);

} // namespace reeve::os
