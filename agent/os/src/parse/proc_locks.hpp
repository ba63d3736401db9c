// SPDX-License-Identifier: Apache-2.0
// The texts in which Linux tells of file locks. Pure functions over bytes; nothing is read past the end, and a line
// counts only if its newline is there too, so that a text cut short never yields a smaller number.
// Source: lock_get_status() and locks_show() in fs/locks.c, seq_show() in fs/proc/fd.c, proc_locks(5),
// proc_pid_fdinfo(5), proc_pid_mountinfo(5).
#pragma once

#include "reeve/os/file_lock_table.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::os::parse {

// What tells one lock from another. Two descriptors with the same read lock give two equal ones.
struct lock_identity {
  std::uint64_t device = 0; // of the file system: major << 20 | minor, as the kernel's MKDEV
  std::uint64_t inode = 0;
  lock_kind kind = lock_kind::other;
  lock_mode mode = lock_mode::other;
  std::int64_t pid =
      0; // -1: an OFD lock; other negative ones: of a remote client; 0: not in this pid namespace
  std::uint64_t start = 0, end = lock_to_the_end;

  friend bool operator==(const lock_identity&, const lock_identity&) = default;
  friend auto operator<=>(const lock_identity&, const lock_identity&) = default;
};

struct lock_line {
  lock_identity what;
  // 0: held. Otherwise it waits behind the nearest line above it with a level one less, which may wait itself (older
  // kernels show level 1 only).
  std::uint32_t level = 0;
  bool breaking = false;
  // False: whoever wants to break a lease has no file there; device and inode are 0.
  bool has_file = false;
};

// One line without its newline, from /proc/locks or from behind "lock:" in fdinfo.
std::optional<lock_line> parse_lock_line(std::string_view line) noexcept;

// /proc/locks. Appends; returns how many lines were not understood or were cut.
std::size_t parse_locks(std::string_view text, std::vector<lock_line>& out);

struct fd_info {
  std::uint32_t flags = 0; // of open(2)
  std::optional<std::uint32_t> mount;
  std::optional<std::uint64_t> inode; // the inode's own number (since Linux 5.14), as in lock lines
};
// /proc/PID/fdinfo/N. Appends its locks.
std::optional<fd_info> parse_fd_info(std::string_view text, std::vector<lock_line>& locks);

// /proc/PID/mountinfo: the device of each mount, which is its file system's even where stat() shows another (btrfs
// subvolumes, overlay).
struct mount_device {
  std::uint32_t mount = 0;
  std::uint64_t device = 0;
};
void parse_mount_devices(std::string_view text, std::vector<mount_device>& out);

// /proc/PID/maps: the parts of an address space that are files. Device and inode as in lock lines.
struct mapping {
  std::uint64_t device = 0, inode = 0;
  bool writes_to_file = false; // shared and writable
  std::string_view path;       // with " (deleted)" when the kernel says so; points into the text
};
void each_mapping(std::string_view text, const std::function<void(const mapping&)>& f);

// /proc/PID/syscall: the call a sleeping thread is in, and its first two arguments. Nothing for a running one.
struct syscall_line {
  std::uint64_t number = 0, first = 0, second = 0;
};
std::optional<syscall_line> parse_syscall(std::string_view text) noexcept;

constexpr std::uint64_t device_number(std::uint64_t major, std::uint64_t minor) noexcept {
  return major << 20 | minor;
}

} // namespace reeve::os::parse
