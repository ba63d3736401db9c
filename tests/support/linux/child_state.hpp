// SPDX-License-Identifier: Apache-2.0
// What a started child is on Linux.
#pragma once

#include "tests/support/child.hpp"

#include <unistd.h>

#include <optional>
#include <utility>

namespace reeve::test {

class descriptor {
 public:
  explicit descriptor(int fd = -1) : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() { reset(); }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

struct child::state {
  pid_t pid = -1;
  descriptor process; // a pidfd
  descriptor input;
  std::optional<int> exit_code;
};

} // namespace reeve::test
