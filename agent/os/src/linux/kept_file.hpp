// SPDX-License-Identifier: Apache-2.0
// A small file that is read again and again.
#pragma once

#include "posix/unique_fd.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reeve::os {

class kept_file {
 public:
  static constexpr std::size_t max_bytes = 4 * 1024 * 1024;

  explicit kept_file(std::string path) : path_(std::move(path)) {}

  const std::string& path() const noexcept { return path_; }

  // The whole file, valid until the next reading; within one `tick` it is read once. On failure an empty view, and
  // `problem` is errno; EFBIG: it is longer than max_bytes; EINVAL: it is not a regular file.
  // On /proc, /sys and control groups the file stays open, since reading it again from the start makes its contents
  // anew; elsewhere it is opened each time, since a writer may put another file in its place.
  std::string_view read(std::uint64_t tick, int& problem);

 private:
  int open();
  bool fill(int& problem);

  std::string path_;
  unique_fd file_;
  bool keep_ = false;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0, size_ = 0;
  std::uint64_t tick_ = 0; // of the contents; 0: none
  int problem_ = 0;
};

} // namespace reeve::os
