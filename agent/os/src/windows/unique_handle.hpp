// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "windows/windows.hpp"

#include <utility>

namespace reeve::os {

// Owns a kernel handle. INVALID_HANDLE_VALUE, which some calls return for "none", counts as empty.
class unique_handle {
 public:
  unique_handle() = default;
  explicit unique_handle(HANDLE handle) noexcept
      : handle_(handle == INVALID_HANDLE_VALUE ? nullptr : handle) {}
  unique_handle(unique_handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  unique_handle& operator=(unique_handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~unique_handle() {
    if (handle_ != nullptr) CloseHandle(handle_);
  }

  HANDLE get() const noexcept { return handle_; }
  explicit operator bool() const noexcept { return handle_ != nullptr; }

 private:
  HANDLE handle_ = nullptr;
};

} // namespace reeve::os
