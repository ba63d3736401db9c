// SPDX-License-Identifier: Apache-2.0
#include "linux/kept_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace reeve::os {

namespace {

constexpr std::size_t first_size = 4096;

bool makes_contents_anew(int file) noexcept {
  struct statfs fs {};
  if (::fstatfs(file, &fs) != 0) return false;
  return fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC || fs.f_type == CGROUP2_SUPER_MAGIC;
}

} // namespace

int kept_file::open() {
  // Not to hang on a FIFO, and not to take a terminal.
  file_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file_) return errno;
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    file_.reset();
    return EINVAL;
  }
  keep_ = makes_contents_anew(file_.get());
  return 0;
}

bool kept_file::fill(int& problem) {
  size_ = 0;
  for (;;) {
    if (size_ == capacity_) {
      if (capacity_ >= max_bytes) {
        problem = EFBIG;
        return false;
      }
      const std::size_t larger = std::max(first_size, capacity_ * 2);
      auto grown = std::make_unique<char[]>(larger);
      if (size_ > 0) std::memcpy(grown.get(), buffer_.get(), size_);
      buffer_ = std::move(grown);
      capacity_ = larger;
    }
    const ssize_t got =
        ::pread(file_.get(), buffer_.get() + size_, capacity_ - size_, static_cast<off_t>(size_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      problem = errno;
      return false;
    }
    if (got == 0) return true;
    size_ += static_cast<std::size_t>(got);
  }
}

std::string_view kept_file::read(std::uint64_t tick, int& problem) {
  if (tick_ != tick) {
    tick_ = tick;
    problem_ = 0;
    const bool was_open = static_cast<bool>(file_);
    if (!was_open) problem_ = open();
    if (problem_ == 0 && !fill(problem_)) {
      file_.reset();
      // What it belonged to has gone and may have come again, as a device does.
      if (was_open) {
        problem_ = open();
        if (problem_ == 0 && !fill(problem_)) file_.reset();
      }
    }
    if (!keep_) file_.reset();
    if (problem_ != 0) size_ = 0;
  }
  problem = problem_;
  return {buffer_.get(), size_};
}

} // namespace reeve::os
