// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/self_stats.hpp"

#include "parse/windows_process_info.hpp"
#include "windows/error.hpp"
#include "windows/process_list.hpp"
#include "windows/windows.hpp"

#include <psapi.h>

namespace reeve::os {

namespace {

// "Pushing the Limits of Windows: Handles": the handle table of a process has room for 16 M entries.
constexpr std::uint64_t handle_table_size = 16'777'216;

} // namespace

result<self_stats> read_self_stats() {
  const HANDLE self = GetCurrentProcess();
  self_stats out;

  FILETIME created, exited, kernel, user;
  if (!GetProcessTimes(self, &created, &exited, &kernel, &user))
    return windows_error(GetLastError(), "cannot read this process's times");
  out.cpu_seconds = static_cast<double>(to_uint64(kernel) + to_uint64(user)) / 1e7;
  out.start_unix_seconds =
      static_cast<double>(parse::unix_ns_of_filetime(static_cast<std::int64_t>(to_uint64(created)))) / 1e9;

  PROCESS_MEMORY_COUNTERS_EX memory{};
  memory.cb = sizeof memory;
  if (!K32GetProcessMemoryInfo(self, reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&memory), sizeof memory))
    return windows_error(GetLastError(), "cannot read this process's memory use");
  out.resident_bytes = memory.WorkingSetSize;
  out.open_handles_limit = handle_table_size;

  // The rest has no call of its own: a process learns its number of threads from the list of all processes.
  process_list list;
  process_rows rows;
  if (auto listed = list.read(); !listed) return listed.error();
  const auto parsed = parse::parse_windows_processes(list.bytes(), list.address(), process_fields{}, rows);
  if (!parsed) return parsed.error();
  const process_id id{GetCurrentProcessId(), to_uint64(created)};
  for (const process_row& row : rows.rows) {
    if (row.id != id) continue;
    out.threads = row.threads;
    out.virtual_bytes = row.virtual_bytes;
    out.open_handles = row.open_handles;
    return out;
  }
  return error{errc::not_found, "this process is not in the system's process list"};
}

} // namespace reeve::os
