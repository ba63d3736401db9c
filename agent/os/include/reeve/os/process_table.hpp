// SPDX-License-Identifier: Apache-2.0
// All processes of the machine, read whole and in one go.
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"
#include "reeve/os/text_ref.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

// What a caller wants read, and, in process_row::present, what could be read. Identity and name are always there.
// A field that was not asked for costs nothing on systems where it has a price.
enum class process_field : std::uint32_t {
  none = 0,
  parent = 1u << 0, // ppid
  state = 1u << 1,
  executable = 1u << 2,   // full path; absent for kernel threads
  command_line = 1u << 3, // arguments joined by single blanks, cut at 4096 bytes
  user = 1u << 4, // the effective account's name: "root", "DOMAIN\\user"; the number where it has no name
  cpu = 1u << 5,  // cpu_user_ns, cpu_system_ns
  resident_memory = 1u << 6,
  virtual_memory = 1u << 7,
  private_memory = 1u << 8, // Linux: anonymous resident memory; Windows: private (commit) bytes
  swap_memory = 1u << 9,    // Linux only
  threads = 1u << 10,
  open_handles = 1u << 11,       // descriptors on Linux, handles on Windows
  open_handles_limit = 1u << 12, // soft limit; Linux only
  io = 1u << 13,                 // io_read_bytes, io_write_bytes: to storage on Linux, all I/O on Windows
  page_faults = 1u << 14,
  context_switches =
      1u << 15, // Linux: of all threads with CAP_NET_ADMIN (taskstats), else of the main thread alone.
                // Never falls, though both systems count threads: one that ends between two readings
                // takes with it what it added since the first.
  start_time = 1u << 16, // start_unix_ns
};

using process_fields = std::uint32_t; // a set of process_field bits
constexpr process_fields operator|(process_field a, process_field b) noexcept {
  return static_cast<process_fields>(a) | static_cast<process_fields>(b);
}
constexpr process_fields operator|(process_fields a, process_field b) noexcept {
  return a | static_cast<process_fields>(b);
}
constexpr bool has(process_fields set, process_field f) noexcept {
  return (set & static_cast<process_fields>(f)) != 0;
}
inline constexpr process_fields all_process_fields = (1u << 17) - 1;

enum class process_state : std::uint8_t { other, running, sleeping, waiting, stopped, zombie, idle };
// other: anything else; waiting: uninterruptible; stopped: by a signal or a tracer; idle: kernel thread at rest.
const char* name_of(process_state state) noexcept;

struct process_row {
  static constexpr std::uint32_t kernel_thread = 1u
                                                 << 0; // in flags; on Windows the System and Idle processes

  process_id id;
  std::uint32_t ppid = 0; // 0: none or unknown. A parent is only this process's parent if it is not younger.
  process_fields present = 0; // which fields below hold a value; name and id always do
  std::uint32_t flags = 0;
  process_state state = process_state::other;
  text_ref name; // Linux: comm, at most 15 bytes (kernel workers 63); Windows: image name with its .exe
  text_ref executable;
  text_ref command_line;
  text_ref user;
  std::uint64_t cpu_user_ns = 0;
  std::uint64_t cpu_system_ns = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t private_bytes = 0;
  std::uint64_t swap_bytes = 0;
  std::uint64_t threads = 0;
  std::uint64_t open_handles = 0;
  std::uint64_t open_handles_limit = 0; // UINT64_MAX: unlimited
  std::uint64_t io_read_bytes = 0;
  std::uint64_t io_write_bytes = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0; // Windows does not tell the two apart: all are counted as voluntary
  std::int64_t start_unix_ns = 0;
};

// Why a field of a process that is there could not be read.
enum class unreadable_reason : std::uint8_t { access_denied, vanished, failed };
inline constexpr std::size_t unreadable_reasons = 3;
const char* name_of(unreadable_reason reason) noexcept;

// One reading. The caller owns it and hands it back to be filled again, so that its memory is reused.
struct process_rows {
  std::vector<process_row> rows; // in no order; each identity once
  // Processes that began and ended since the reading before, where the kernel tells them. Few of their fields are present.
  // One that ended before its exec could be looked at carries its parent's name.
  std::vector<process_row> short_lived;
  std::uint64_t short_lived_lost_total =
      0;            // notifications the kernel or a full buffer dropped, since the start
  std::string text; // every string of the rows; raw bytes, not necessarily UTF-8
  std::array<std::uint64_t, unreadable_reasons> unreadable{}; // fields of this reading, by reason

  std::string_view view(text_ref ref) const noexcept {
    return std::string_view(text).substr(ref.offset, ref.length);
  }
};

struct process_table_options {
  std::string proc_root = "/proc"; // Linux only; a folder of recorded files in tests
  // Ask the kernel to tell about every start and exit (Linux: process events connector, needs CAP_NET_ADMIN).
  // Where it cannot, create() still succeeds and short_lived_unavailable() says why.
  bool watch_short_lived = false;
};

// Not thread-safe: one reading at a time.
class process_table {
 public:
  static result<std::unique_ptr<process_table>> create(const process_table_options& options = {});
  virtual ~process_table() = default;

  // Reads every process. A process that vanishes meanwhile is left out; a field that cannot be read is absent.
  // Fails only when the table as a whole cannot be read; `out` is then unspecified.
  virtual result<> read(process_fields wanted, process_rows& out) = 0;
  // Only these, those of them that are there. Cheaper than all where the system can read one process.
  virtual result<> read_some(std::span<const std::uint32_t> pids, process_fields wanted, process_rows& out);

  virtual std::string_view
  backend() const noexcept = 0; // how the rows are read, for the metric: "procfs", "ntquery"
  virtual std::string_view
  short_lived_unavailable() const noexcept = 0; // empty: it works, or was not asked for
};

} // namespace reeve::os
