// SPDX-License-Identifier: Apache-2.0
#include "windows/running_service.hpp"

#include "windows/error.hpp"
#include "windows/shutdown_flag.hpp"

#include "reeve/os/runtime.hpp"

#include <algorithm>
#include <chrono>

namespace reeve::os {

namespace {

running_service* the_service = nullptr; // written before the second thread of the service is there
constexpr nanoseconds first_stop_hint = std::chrono::seconds(5); // for the loop to take the request up

DWORD milliseconds(nanoseconds n) {
  const auto count = std::chrono::ceil<std::chrono::milliseconds>(n).count();
  return static_cast<DWORD>(std::clamp<long long>(count, 0, 3'600'000));
}

} // namespace

running_service* running_service::get() noexcept {
  return the_service;
}

result<> running_service::begin(const std::wstring& name) {
  // Owned by the process: the manager may call on_control until its very end.
  auto* const made = new running_service(name);
  made->handle_ = RegisterServiceCtrlHandlerExW(made->name_.c_str(), &running_service::on_control, made);
  made->hung_stop_ = CreateThreadpoolTimer(&running_service::on_hung_stop, made, nullptr);
  if (!made->handle_ || !made->hung_stop_)
    return windows_error(GetLastError(), "cannot register with the service control manager");
  made->status_.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  the_service = made;
  made->report(SERVICE_RUNNING, {});
  return {};
}

void running_service::take_requests(std::function<void(service_request)> taker) {
  const std::scoped_lock lock(taker_mutex_);
  taker_ = std::move(taker);
  if (!taker_) return;
  for (const service_request request : waiting_)
    taker_(request);
  waiting_.clear();
}

void running_service::ask(service_request request) {
  const std::scoped_lock lock(taker_mutex_);
  if (taker_)
    taker_(request);
  else if (std::find(waiting_.begin(), waiting_.end(), request) == waiting_.end())
    waiting_.push_back(request);
}

void running_service::stopping(nanoseconds more) {
  report(SERVICE_STOP_PENDING, more);
  be_gone_within(more + hung_stop_grace);
}

void running_service::stopped(int exit_status) {
  const std::scoped_lock lock(status_mutex_);
  if (status_.dwCurrentState == SERVICE_STOPPED) return; // after this the handle may not be used any more
  status_.dwCurrentState = SERVICE_STOPPED;
  status_.dwControlsAccepted = 0;
  status_.dwWin32ExitCode = exit_status == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
  status_.dwServiceSpecificExitCode = static_cast<DWORD>(exit_status);
  status_.dwCheckPoint = status_.dwWaitHint = 0;
  SetServiceStatus(handle_, &status_);
}

void running_service::report(DWORD state, nanoseconds wait_hint) {
  const std::scoped_lock lock(status_mutex_);
  if (status_.dwCurrentState == SERVICE_STOPPED) return;
  const bool pending = state == SERVICE_STOP_PENDING;
  status_.dwCurrentState = state;
  // While it stops nothing more can be asked of it.
  status_.dwControlsAccepted =
      pending ? 0 : SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE;
  status_.dwCheckPoint = pending ? status_.dwCheckPoint + 1 : 0;
  status_.dwWaitHint = milliseconds(wait_hint);
  SetServiceStatus(handle_, &status_);
}

void running_service::be_gone_within(nanoseconds time) {
  const auto units = static_cast<std::uint64_t>(-(time.count() / 100)); // of 100 ns; negative: from now on
  FILETIME due{static_cast<DWORD>(units), static_cast<DWORD>(units >> 32)};
  SetThreadpoolTimer(hung_stop_, &due, 0, 0);
}

// The manager would show "stopping" for ever, and nothing could start the service again.
void CALLBACK running_service::on_hung_stop(PTP_CALLBACK_INSTANCE, void* self, PTP_TIMER) {
  static_cast<running_service*>(self)->stopped(1);
  leave(1);
}

// Must return soon: the manager sends nothing to any service meanwhile (LPHANDLER_FUNCTION_EX).
DWORD WINAPI running_service::on_control(DWORD control, DWORD, void*, void* self) {
  auto* const service = static_cast<running_service*>(self);
  switch (control) {
  case SERVICE_CONTROL_PRESHUTDOWN:
  case SERVICE_CONTROL_SHUTDOWN:
    note_system_shutdown();
    [[fallthrough]];
  case SERVICE_CONTROL_STOP:
    service->stopping(first_stop_hint);
    service->ask(service_request::stop);
    return NO_ERROR;
  case SERVICE_CONTROL_PARAMCHANGE:
    service->ask(service_request::reload);
    return NO_ERROR;
  case SERVICE_CONTROL_INTERROGATE:
    return NO_ERROR;
  default:
    return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

} // namespace reeve::os
