// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"
#include "windows/windows.hpp"

#include <string>
#include <utility>

namespace reeve::os {

// Owns a handle of the service control manager's: to itself or to a service.
class service_handle {
 public:
  service_handle() = default;
  explicit service_handle(SC_HANDLE handle) noexcept : handle_(handle) {}
  service_handle(service_handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  service_handle& operator=(service_handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~service_handle() {
    if (handle_) CloseServiceHandle(handle_);
  }
  SC_HANDLE get() const noexcept { return handle_; }
  explicit operator bool() const noexcept { return handle_ != nullptr; }

 private:
  SC_HANDLE handle_ = nullptr;
};

struct service_config {
  DWORD start_type = 0;
  std::string path; // of the program, with its arguments
  std::string account;
};

// The handle has SERVICE_QUERY_CONFIG.
result<service_config> read_service_config(const service_handle& service);

} // namespace reeve::os
