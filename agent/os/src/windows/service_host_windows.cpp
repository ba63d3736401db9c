// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/service_host.hpp"

#include "windows/error.hpp"
#include "windows/running_service.hpp"
#include "windows/shutdown_flag.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/runtime.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>

namespace reeve::os {

namespace {

// The C runtime takes both for Ctrl+Break, which ends the agent: a service would be stopped by any user's logging off
// (HandlerRoutine: "received only by services"). The end of the machine the manager tells in its own way, too.
BOOL WINAPI ignore_session_events(DWORD event) {
  if (event == CTRL_SHUTDOWN_EVENT) note_system_shutdown();
  return event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT;
}

class scm_host final : public service_host {
 public:
  explicit scm_host(running_service& service) : service_(service) {}
  ~scm_host() override { service_.take_requests({}); }

  std::string log_file() const override {
    const std::string config = default_config_file();
    return cat(config.substr(0, config.find_last_of('\\') + 1), to_utf8(service_.name()), ".log");
  }
  void take_requests(std::function<void(service_request)> taker) override {
    // Handlers are called from the last one registered on: this one goes before the C runtime's.
    SetConsoleCtrlHandler(&ignore_session_events, TRUE);
    service_.take_requests(std::move(taker));
  }
  void stopping(nanoseconds more) override { service_.stopping(more); }
  void stopped(int exit_status) override { service_.stopped(exit_status); }

 private:
  running_service& service_;
};

// What run_as_service() hands to the function that the manager calls, which takes no pointer of ours.
struct service_run {
  std::wstring name;
  const std::function<int()>* body = nullptr;
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<int> status; // when it is over
};
service_run* the_run = nullptr;

int guarded(const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::exception&) {
    return 1;
  }
}

void WINAPI service_main(DWORD, wchar_t**) {
  service_run& run = *the_run;
  int status = 1;
  if (running_service::begin(run.name)) {
    status = guarded(*run.body);
    running_service::get()->stopped(status);
  }
  const std::scoped_lock lock(run.mutex);
  run.status = status;
  run.changed.notify_all();
}

} // namespace

std::unique_ptr<service_host> service_host::create() {
  if (running_service* const service = running_service::get()) return std::make_unique<scm_host>(*service);
  return std::make_unique<service_host>();
}

result<int> run_as_service(const std::string& name, const std::function<int()>& body) {
  static service_run run; // its thread may still be leaving it when this function returns
  run.name = to_utf16(name);
  run.body = &body;
  the_run = &run;
  const SERVICE_TABLE_ENTRYW table[] = {{run.name.data(), &service_main}, {nullptr, nullptr}};
  if (!StartServiceCtrlDispatcherW(table)) {
    const DWORD code = GetLastError();
    if (code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT)
      return error{
          errc::unsupported,
          "only the service control manager starts a program like this; run `reeve service start`, or "
          "`reeve run` without --service",
          static_cast<int>(code)};
    return windows_error(code, "cannot connect to the service control manager");
  }
  // The dispatcher is back as soon as the service says that it has stopped, while its thread may still have work.
  std::unique_lock lock(run.mutex);
  run.changed.wait(lock, [&] { return run.status.has_value(); });
  return *run.status;
}

} // namespace reeve::os
