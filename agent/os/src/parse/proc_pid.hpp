// SPDX-License-Identifier: Apache-2.0
// The texts of /proc/PID as Linux writes them (proc(5), Documentation/filesystems/proc.rst). Pure functions
// over bytes: nothing is allocated, nothing is read past the end, and a number counts only if the byte that
// ends it is there too, so that a text cut short never yields a smaller number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reeve::os::parse {

// /proc/PID/stat. The command may contain anything, so fields are counted from the last ')'.
struct pid_stat {
  std::uint32_t pid = 0;
  std::string_view comm; // points into the text
  char state = '?';
  std::uint32_t ppid = 0;
  std::uint32_t flags = 0; // the kernel's PF_ bits
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0; // since boot
  // Absent (false) where an old kernel or a cut text ends before them.
  bool has_memory = false;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
  std::uint64_t start_stack = 0; // 0 where absent or hidden from this account
};

inline constexpr std::uint32_t kernel_thread_flag = 0x00200000; // PF_KTHREAD, include/linux/sched.h

// Nothing when the text is no stat line or ends before start_ticks.
std::optional<pid_stat> parse_stat(std::string_view text) noexcept;

struct pid_statm {
  std::uint64_t size_pages = 0;
  std::uint64_t resident_pages = 0;
  std::uint64_t shared_pages = 0; // file and shmem pages: resident - shared is anonymous memory
};
std::optional<pid_statm> parse_statm(std::string_view text) noexcept;

struct pid_status {
  std::optional<std::uint64_t> swap_bytes; // no line for kernel threads
  std::optional<std::uint64_t> voluntary_switches;
  std::optional<std::uint64_t> involuntary_switches;
};
pid_status parse_status(std::string_view text) noexcept;

struct pid_io {
  std::uint64_t read_bytes = 0;  // fetched from storage
  std::uint64_t write_bytes = 0; // sent to the page cache, later to storage
};
std::optional<pid_io> parse_io(std::string_view text) noexcept;

// The soft limit of "Max open files"; UINT64_MAX for "unlimited".
std::optional<std::uint64_t> parse_open_files_limit(std::string_view text) noexcept;

// Arguments joined by single blanks, at most max_bytes. Trailing NULs (titles written over the arguments
// leave many) go.
void assign_command_line(std::string& out, std::string_view text, std::size_t max_bytes);

// The target of /proc/PID/exe without the mark the kernel puts behind it when the file was removed or
// replaced.
std::string_view without_deleted(std::string_view target) noexcept;

// "btime" of /proc/stat.
std::optional<std::uint64_t> parse_boot_time(std::string_view text) noexcept;

// The number of a socket from the target of its descriptor's link, "socket:[123]".
std::optional<std::uint64_t> parse_socket_link(std::string_view target) noexcept;

// A whole decimal number and nothing else: the name of a process folder. Nothing beyond 32 bits.
std::optional<std::uint32_t> parse_pid(std::string_view text) noexcept;

} // namespace reeve::os::parse
