// SPDX-License-Identifier: Apache-2.0
// What a started child is on Windows.
#pragma once

#include "tests/support/child.hpp"

#include <windows.h>

#include <optional>
#include <utility>

namespace reeve::test {

class handle {
 public:
  explicit handle(HANDLE h = nullptr) : h_(h == INVALID_HANDLE_VALUE ? nullptr : h) {}
  handle(handle&& other) noexcept : h_(std::exchange(other.h_, nullptr)) {}
  handle& operator=(handle&& other) noexcept {
    std::swap(h_, other.h_);
    return *this;
  }
  ~handle() { reset(); }
  void reset() {
    if (h_) ::CloseHandle(std::exchange(h_, nullptr));
  }
  HANDLE get() const { return h_; }

 private:
  HANDLE h_;
};

struct child::state {
  handle job;
  handle process;
  handle input;
  DWORD pid = 0;
  std::optional<int> exit_code;
};

} // namespace reeve::test
