// SPDX-License-Identifier: Apache-2.0
// This process as a service of the service control manager, if it is one.
#pragma once

#include "reeve/os/service_host.hpp"
#include "windows/unique_handle.hpp"
#include "windows/windows.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace reeve::os {

// Exists from the moment the manager has called this process's service until the process ends. Safe from any thread.
class running_service {
 public:
  // As SERVICE_RUNNING. Fails when the manager does not know the service by this name.
  static result<> begin(const std::wstring& name);
  static running_service* get() noexcept; // null: this process is no service

  const std::wstring& name() const noexcept { return name_; }
  // Also tells it what was asked while there was no taker; an empty function takes the former away.
  void take_requests(std::function<void(service_request)> taker);
  void stopping(nanoseconds more);
  void stopped(int exit_status);

 private:
  explicit running_service(std::wstring name) : name_(std::move(name)) {}
  static DWORD WINAPI on_control(DWORD control, DWORD type, void* data, void* self);
  static void CALLBACK on_hung_stop(PTP_CALLBACK_INSTANCE, void* self, PTP_TIMER);
  void ask(service_request request);
  void report(DWORD state, nanoseconds wait_hint);
  void be_gone_within(nanoseconds time);

  const std::wstring name_;
  SERVICE_STATUS_HANDLE handle_ = nullptr;
  PTP_TIMER hung_stop_ = nullptr; // never closed: there is one for the life of the process
  std::mutex status_mutex_;
  SERVICE_STATUS status_{};
  std::mutex taker_mutex_;
  std::function<void(service_request)> taker_;
  std::vector<service_request> waiting_; // at most one of each
};

} // namespace reeve::os
