// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/service_control.hpp"

#include "parse/windows_arguments.hpp"
#include "windows/error.hpp"
#include "windows/service_handle.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/process_control.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <thread>

namespace reeve::os {

namespace {

using std::chrono::steady_clock;

constexpr auto look_again = std::chrono::milliseconds(50);
constexpr DWORD preshutdown_timeout_ms = 45'000;
constexpr DWORD failures_forgotten_after_s = 24 * 3600;
constexpr DWORD restart_delays_ms[] = {1'000, 5'000, 60'000}; // the last one again and again

std::string image_path(const service_definition& service) {
  return parse::windows_command_line(service.program, service.args);
}

// As CreateServiceW asks for it: accounts of the system have an empty password, virtual and managed ones none.
const wchar_t* password_of(const std::string& account) {
  return account.empty() || account.starts_with("NT AUTHORITY\\") ? L"" : nullptr;
}

// "run --service NAME" is in the path of what install() made, and only there.
std::string mark_of(const std::string& name) {
  return cat(" run --service ", name, " ");
}

class scm final : public service_manager {
 public:
  result<std::vector<std::string>> install(const service_definition& s) override {
    const auto manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    if (!manager) return manager.error();
    const std::wstring name = to_utf16(s.name), account = to_utf16(s.account);
    // The path is quoted: one with blanks that is not could be taken for another program's.
    const std::wstring path = to_utf16(image_path(s));
    const wchar_t* const as = s.account.empty() ? nullptr : account.c_str();
    service_handle service(CreateServiceW(manager->get(), name.c_str(), to_utf16(display_name(s)).c_str(),
                                          SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                                          SERVICE_ERROR_NORMAL, path.c_str(), nullptr, nullptr, nullptr, as,
                                          password_of(s.account)));
    if (!service) {
      const DWORD code = GetLastError();
      if (code != ERROR_SERVICE_EXISTS)
        return windows_error(code, cat("cannot install the service ", s.name));
      auto changed = change(*manager, s, path, as);
      if (!changed) return changed.error();
      service = std::move(*changed);
    }
    return configure(service, s);
  }

  result<> uninstall(const std::string& name, nanoseconds patience) override {
    auto service = open(name, DELETE | SERVICE_STOP | SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    if (!service) return service.error();
    if (auto ours = check_is_ours(*service, name); !ours) return ours;
    if (auto stopped = stop(*service, name, patience); !stopped) return stopped;
    if (!DeleteService(service->get()))
      return windows_error(GetLastError(), cat("cannot uninstall the service ", name));
    return {};
  }

  result<> start(const std::string& name, nanoseconds patience) override {
    auto service = open(name, SERVICE_START | SERVICE_QUERY_STATUS);
    if (!service) return service.error();
    return start(*service, name, patience);
  }
  result<> stop(const std::string& name, nanoseconds patience) override {
    auto service = open(name, SERVICE_STOP | SERVICE_QUERY_STATUS);
    if (!service) return service.error();
    return stop(*service, name, patience);
  }
  result<> restart(const std::string& name, nanoseconds patience) override {
    auto service = open(name, SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS);
    if (!service) return service.error();
    const auto until = steady_clock::now() + patience;
    if (auto stopped = stop(*service, name, patience); !stopped) return stopped;
    return start(*service, name, until - steady_clock::now());
  }
  result<> reload(const std::string& name, nanoseconds) override {
    // ControlService: PARAMCHANGE needs the right to pause and continue it.
    auto service = open(name, SERVICE_PAUSE_CONTINUE | SERVICE_QUERY_STATUS);
    if (!service) return service.error();
    SERVICE_STATUS ignored{};
    if (!ControlService(service->get(), SERVICE_CONTROL_PARAMCHANGE, &ignored))
      return windows_error(GetLastError(), cat("cannot tell the service ", name, " to reload"));
    return {};
  }

  result<service_status> status(const std::string& name) override {
    const auto service = open(name, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    if (!service) {
      if (service.error().code == errc::not_found) return service_status{};
      return service.error();
    }
    const auto now = query(*service, name);
    if (!now) return now.error();
    service_status out = to_status(*now);
    const auto config = read_service_config(*service);
    out.starts_at_boot = config && config->start_type == SERVICE_AUTO_START;
    return out;
  }

 private:
  static std::string display_name(const service_definition& s) {
    return s.name == "reeve" ? "Reeve" : cat("Reeve (", s.name, ")");
  }

  static result<service_handle> open_manager(DWORD rights) {
    service_handle out(OpenSCManagerW(nullptr, nullptr, rights));
    if (!out) return windows_error(GetLastError(), "cannot open the service control manager");
    return out;
  }
  static result<service_handle> open(const std::string& name, DWORD rights) {
    const auto manager = open_manager(SC_MANAGER_CONNECT);
    if (!manager) return manager.error();
    service_handle out(OpenServiceW(manager->get(), to_utf16(name).c_str(), rights));
    if (out) return out;
    const DWORD code = GetLastError();
    if (code == ERROR_SERVICE_DOES_NOT_EXIST)
      return error{errc::not_found, cat("there is no service ", name), static_cast<int>(code)};
    return windows_error(code, cat("cannot open the service ", name));
  }

  static result<> check_is_ours(const service_handle& service, const std::string& name) {
    const auto config = read_service_config(service);
    if (!config) return config.error();
    if (cat(config->path, " ").find(mark_of(name)) != std::string::npos) return {};
    return error{errc::busy,
                 cat("a service ", name, " is there already and is not Reeve's: ", config->path,
                     "; choose another name with --name"),
                 0};
  }

  static result<service_handle> change(const service_handle& manager, const service_definition& s,
                                       const std::wstring& path, const wchar_t* account) {
    service_handle service(OpenServiceW(manager.get(), to_utf16(s.name).c_str(), SERVICE_ALL_ACCESS));
    if (!service) return windows_error(GetLastError(), cat("cannot open the service ", s.name));
    if (auto ours = check_is_ours(service, s.name); !ours) return ours.error();
    if (!ChangeServiceConfigW(service.get(), SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                              SERVICE_ERROR_NORMAL, path.c_str(), nullptr, nullptr, nullptr,
                              account ? account : L"LocalSystem", password_of(s.account),
                              to_utf16(display_name(s)).c_str()))
      return windows_error(GetLastError(), cat("cannot change the service ", s.name));
    return service;
  }

  static result<std::vector<std::string>> configure(const service_handle& service,
                                                    const service_definition& s) {
    std::wstring text = to_utf16(s.description);
    SERVICE_DESCRIPTIONW description{text.data()};
    SERVICE_DELAYED_AUTO_START_INFO delayed{TRUE};
    SC_ACTION actions[std::size(restart_delays_ms)];
    std::transform(std::begin(restart_delays_ms), std::end(restart_delays_ms), actions, [](DWORD delay) {
      return SC_ACTION{SC_ACTION_RESTART, delay};
    });
    SERVICE_FAILURE_ACTIONSW failure{};
    failure.dwResetPeriod = failures_forgotten_after_s;
    failure.cActions = static_cast<DWORD>(std::size(actions));
    failure.lpsaActions = actions;
    // Without it only a crash counts as a failure, not a start that ends with an error.
    SERVICE_FAILURE_ACTIONS_FLAG also_errors{TRUE};
    SERVICE_PRESHUTDOWN_INFO preshutdown{preshutdown_timeout_ms};
    const struct {
      DWORD level;
      void* value;
      const char* what;
    } settings[] = {{SERVICE_CONFIG_DESCRIPTION, &description, "a description"},
                    {SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed, "a delayed start"},
                    {SERVICE_CONFIG_FAILURE_ACTIONS, &failure, "failure actions"},
                    {SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_errors, "failure actions after an error"},
                    {SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown, "a preshutdown timeout"}};
    std::vector<std::string> unknown;
    for (const auto& setting : settings) {
      if (ChangeServiceConfig2W(service.get(), setting.level, setting.value)) continue;
      const DWORD code = GetLastError();
      if (code != ERROR_INVALID_LEVEL)
        return windows_error(code, cat("cannot give the service ", s.name, " ", setting.what));
      unknown.push_back(cat("this system's services know no such thing as ", setting.what));
    }
    return unknown;
  }

  static result<SERVICE_STATUS_PROCESS> query(const service_handle& service, const std::string& name) {
    SERVICE_STATUS_PROCESS out{};
    DWORD size = 0;
    if (!QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&out),
                              sizeof out, &size))
      return windows_error(GetLastError(), cat("cannot ask for the state of the service ", name));
    return out;
  }

  static std::string exit_of(const SERVICE_STATUS_PROCESS& s) {
    if (s.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR)
      return cat("service-specific error ", s.dwServiceSpecificExitCode);
    return windows_error(s.dwWin32ExitCode, "its error").message;
  }
  static service_status to_status(const SERVICE_STATUS_PROCESS& s) {
    service_status out;
    switch (s.dwCurrentState) {
    case SERVICE_STOPPED: {
      const bool is_good = s.dwWin32ExitCode == NO_ERROR || s.dwWin32ExitCode == ERROR_SERVICE_NEVER_STARTED;
      out.state = is_good ? service_state::stopped : service_state::failed;
      out.detail = is_good ? "stopped" : cat("stopped, ", exit_of(s));
      return out;
    }
    case SERVICE_START_PENDING:
      out.state = service_state::starting;
      out.detail = "start pending";
      return out;
    case SERVICE_STOP_PENDING:
      out.state = service_state::stopping;
      out.detail = "stop pending";
      return out;
    default:
      out.state = service_state::running;
      out.pid = s.dwProcessId; // in no other state is it certain to be the service's
      out.detail = s.dwCurrentState == SERVICE_RUNNING ? "running" : "paused";
      return out;
    }
  }

  // Until the service is in the state, or stopped when it is not.
  static result<SERVICE_STATUS_PROCESS> wait_for(const service_handle& service, const std::string& name,
                                                 DWORD state, nanoseconds patience) {
    const auto until = steady_clock::now() + patience;
    for (;;) {
      const auto now = query(service, name);
      if (!now || now->dwCurrentState == state || now->dwCurrentState == SERVICE_STOPPED) return now;
      if (steady_clock::now() >= until)
        return error{errc::timed_out,
                     cat("the service ", name, " is still in the state \"", to_status(*now).detail, "\""), 0};
      std::this_thread::sleep_for(look_again);
    }
  }

  static result<> start(const service_handle& service, const std::string& name, nanoseconds patience) {
    if (!StartServiceW(service.get(), 0, nullptr) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
      return windows_error(GetLastError(), cat("cannot start the service ", name));
    const auto now = wait_for(service, name, SERVICE_RUNNING, patience);
    if (!now) return now.error();
    if (now->dwCurrentState == SERVICE_STOPPED)
      return error{errc::failed, cat("the service ", name, " was started and is ", to_status(*now).detail),
                   0};
    return {};
  }
  // One that is starting or stopping takes no request.
  static result<> stop(const service_handle& service, const std::string& name, nanoseconds patience) {
    const auto until = steady_clock::now() + patience;
    SERVICE_STATUS ignored{};
    while (!ControlService(service.get(), SERVICE_CONTROL_STOP, &ignored)) {
      const DWORD code = GetLastError();
      if (code == ERROR_SERVICE_NOT_ACTIVE) return {};
      const auto now = query(service, name);
      if (!now) return now.error();
      if (now->dwCurrentState == SERVICE_STOPPED) return {};
      if (now->dwCurrentState == SERVICE_STOP_PENDING) break;
      if (now->dwCurrentState != SERVICE_START_PENDING || steady_clock::now() >= until)
        return windows_error(code, cat("cannot stop the service ", name));
      std::this_thread::sleep_for(look_again);
    }
    const auto now = wait_for(service, name, SERVICE_STOPPED, until - steady_clock::now());
    if (!now) return now.error();
    return {};
  }
};

} // namespace

result<std::unique_ptr<service_manager>> service_manager::create(const service_manager_options& o) {
  if (o.user)
    return error{errc::unsupported,
                 "Windows has no services of one user that start like this: leave out --user", 0};
  return std::make_unique<scm>();
}

bool is_service_of_this_process(const std::string& name) {
  const auto status = scm().status(name);
  if (!status || status->pid == 0) return false;
  const auto above = ancestors_of_this_process();
  return status->pid == own_pid() || std::ranges::find(above, status->pid, &process_id::pid) != above.end();
}

std::string plan_install(const service_definition& s, bool) {
  std::string delays;
  for (const DWORD delay : restart_delays_ms)
    delays += cat(delays.empty() ? "" : ", ", delay / 1000, " s");
  return cat("CreateService ", s.name, "\n  program: ", image_path(s),
             "\n  account: ", s.account.empty() ? "LocalSystem" : s.account,
             "\n  start: automatic, delayed\n  description: ", s.description,
             "\n  after a failure, a start that ends with an error included: restart after ", delays,
             "\n  failures are forgotten after ", failures_forgotten_after_s / 3600,
             " h\n  time to end when the machine shuts down: ", preshutdown_timeout_ms / 1000, " s\n");
}

std::string plan_uninstall(const std::string& name, bool) {
  return cat("ControlService ", name, " STOP\nDeleteService ", name, "\n");
}

std::string plan_start(const std::string& name, bool) {
  return cat("StartService ", name, "\n");
}

std::string plan_stop(const std::string& name, bool) {
  return cat("ControlService ", name, " STOP\n");
}

} // namespace reeve::os
