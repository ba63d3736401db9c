// SPDX-License-Identifier: Apache-2.0
// Reading /proc (or a folder recorded from it) with nothing kept open but the folder and nothing allocated
// per file.
#pragma once

#include "posix/unique_fd.hpp"
#include "reeve/base/result.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct stat;

namespace reeve::os {

// "PID/" or "PID/task/TID/", to which file names are put.
class proc_path {
 public:
  explicit proc_path(std::uint32_t pid) noexcept;
  proc_path(std::uint32_t pid, std::uint32_t thread) noexcept;
  // Valid until the next call. `name` is at most 15 bytes.
  const char* file(const char* name) noexcept;
  const char* folder() noexcept { return file("."); }
  // The stat file of the process, for openat() below its "fd" folder.
  const char* stat_from_descriptors() const noexcept { return thread_ ? "../../../stat" : "../stat"; }

 private:
  void append(std::string_view piece) noexcept;
  void append(std::uint32_t number) noexcept;

  std::array<char, 48> text_;
  std::size_t base_ = 0;
  bool thread_ = false;
};

// "fd/4294967295", for proc_path::file().
struct small_path {
  char text[20];
  small_path(std::string_view folder, std::uint32_t number) noexcept {
    char* at = std::copy(folder.begin(), folder.end(), text);
    at = std::to_chars(at, text + sizeof text - 1, number).ptr;
    *at = '\0';
  }
};

class proc_files {
 public:
  static constexpr std::size_t read_size = 16 * 1024;

  static result<proc_files> open(const std::string& root);

  // The root is the live /proc of the pid namespace this process is in, so that pids mean the same to system
  // calls.
  bool own_namespace() const noexcept { return own_namespace_; }

  // Every process, in `pids`; false with errno set.
  bool list(std::vector<std::uint32_t>& pids);

  // The first bytes of a file, 16 KiB unless told, valid until the next call. On failure an empty view and
  // `problem` holds errno.
  std::string_view read(const char* path, int& problem, std::size_t max_bytes = read_size);
  // A whole file of any size into `out`; in `pieces`, when given, how many reads that took: the kernel makes a list
  // anew for each. False with errno set. Views from other calls are then no longer valid.
  bool read_whole(const char* path, std::string& out, std::size_t* pieces = nullptr);
  // Where a link points, valid until the next call.
  std::string_view read_link(const char* path, int& problem);
  bool status_of(const char* path, struct stat& out, int& problem) const;

  // Descriptors in PID/fd. One fstatat since Linux 6.2 (f1f1f2569901), where the folder's size is their
  // number; needs no right at all there. A listing before that, which needs the right to trace the process.
  bool count_descriptors(proc_path& process, std::uint64_t& count, int& problem);

  // Each descriptor in PID/fd with its target, such as "socket:[123]"; visit() says whether it is of interest. One that
  // is closed meanwhile is left out. At most so many are looked at, in rising order. False with `problem` when the
  // folder cannot be read.
  using visit_descriptor = std::function<bool(std::uint32_t descriptor, std::string_view target)>;
  struct descriptors_seen {
    std::uint64_t count = 0;
    std::uint64_t denied = 0; // further ones, in a folder that may be read with targets that may not
    bool stopped = false;     // there were more than were to be looked at
    // Start ticks of the process, read through the open folder, so that they are not those of a later process with the
    // same pid. Only when some descriptor was of interest and the process is still there.
    std::optional<std::uint64_t> start;
  };
  bool each_descriptor(proc_path& process, const visit_descriptor& visit, descriptors_seen& seen,
                       int& problem, std::uint64_t most = UINT64_MAX);

  // The threads of that process, ended ones among them; false when it is gone or may not be looked into.
  bool list_threads(std::uint32_t pid, std::vector<std::uint32_t>& threads);

  int folder() const noexcept { return root_.get(); } // for calls that take a folder and a name below it

  // A thread of that process which has not ended, 0 when there is none.
  std::uint32_t living_thread(std::uint32_t pid);

 private:
  static constexpr std::size_t buffer_size = 64 * 1024;

  template <class F>
  bool each_entry(int folder, F&& f);

  unique_fd root_;
  bool own_namespace_ = false;
  bool folder_size_counts_ = false;
  std::unique_ptr<char[]> buffer_;
  std::unique_ptr<char[]> entries_;
};

} // namespace reeve::os
