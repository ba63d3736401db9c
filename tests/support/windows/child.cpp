// SPDX-License-Identifier: Apache-2.0
#include "child_state.hpp"
#include "tests/support/under_wine.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>

namespace reeve::test {
namespace {

error system_error(const std::string& what) {
  const DWORD code = ::GetLastError();
  const errc kind = code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND ? errc::not_found
                    : code == ERROR_ACCESS_DENIED                                ? errc::access_denied
                                                                                 : errc::failed;
  return {kind, what + ": error " + std::to_string(code), static_cast<int>(code)};
}

std::wstring wide(std::string_view text) {
  const int size = static_cast<int>(text.size());
  std::wstring out(static_cast<std::size_t>(::MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0)),
                   L'\0');
  ::MultiByteToWideChar(CP_UTF8, 0, text.data(), size, out.data(), static_cast<int>(out.size()));
  return out;
}

// Windows wants the block sorted by name without regard to case (CreateProcessW, lpEnvironment).
std::wstring environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::wstring> entries;
  wchar_t* const own = ::GetEnvironmentStringsW();
  for (const wchar_t* entry = own; *entry; entry += wcslen(entry) + 1) {
    const std::wstring_view text = entry;
    const std::wstring name(text.substr(0, text.find(L'=', 1)));
    const bool replaced = std::any_of(added.begin(), added.end(), [&](const auto& pair) {
      return ::_wcsicmp(wide(pair.first).c_str(), name.c_str()) == 0;
    });
    if (!replaced) entries.emplace_back(text);
  }
  ::FreeEnvironmentStringsW(own);
  for (const auto& [name, value] : added)
    entries.push_back(wide(name + "=" + value));
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return ::_wcsicmp(a.c_str(), b.c_str()) < 0; });
  std::wstring block;
  for (const auto& entry : entries)
    block.append(entry).push_back(L'\0');
  block.push_back(L'\0');
  return block;
}

handle open_inheritable(const std::wstring& path, DWORD access, DWORD disposition) {
  SECURITY_ATTRIBUTES inherit{sizeof inherit, nullptr, TRUE};
  return handle(::CreateFileW(path.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                              &inherit, disposition, FILE_ATTRIBUTE_NORMAL, nullptr));
}

// Only the listed handles reach the child; a test with several children would otherwise leak each one's pipe
// into the next.
class inherit_list {
 public:
  explicit inherit_list(std::vector<HANDLE> handles) : handles_(std::move(handles)) {
    std::sort(handles_.begin(), handles_.end());
    handles_.erase(std::unique(handles_.begin(), handles_.end()), handles_.end());
    SIZE_T size = 0;
    ::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    storage_.resize(size);
    ok_ = ::InitializeProcThreadAttributeList(get(), 1, 0, &size) &&
          ::UpdateProcThreadAttribute(get(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                      handles_.size() * sizeof(HANDLE), nullptr, nullptr);
  }
  ~inherit_list() { ::DeleteProcThreadAttributeList(get()); }
  LPPROC_THREAD_ATTRIBUTE_LIST get() {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(storage_.data());
  }
  bool ok() const { return ok_; }

 private:
  std::vector<HANDLE> handles_;
  std::vector<char> storage_;
  bool ok_ = false;
};

} // namespace

result<child> child::start(const child_options& options) {
  handle input, held;
  if (!options.stdin_file.empty() || options.input == child_stdin::empty) {
    const std::wstring path = options.stdin_file.empty() ? L"NUL" : options.stdin_file.wstring();
    input = open_inheritable(path, GENERIC_READ, OPEN_EXISTING);
  } else {
    SECURITY_ATTRIBUTES inherit{sizeof inherit, nullptr, TRUE};
    HANDLE read = nullptr, write = nullptr;
    if (!::CreatePipe(&read, &write, &inherit, 0)) return system_error("CreatePipe");
    input = handle(read);
    held = handle(write);
    ::SetHandleInformation(write, HANDLE_FLAG_INHERIT, 0);
  }
  if (!input.get()) return system_error("open the input of " + options.program.string());
  const std::wstring out_path = options.output_file.empty() ? L"NUL" : options.output_file.wstring();
  const handle output = open_inheritable(out_path, FILE_APPEND_DATA | SYNCHRONIZE, OPEN_ALWAYS);
  if (!output.get()) return system_error("open the output of " + options.program.string());

  std::string command_line = quote_windows_argument(options.program.string());
  for (const auto& argument : options.arguments)
    command_line += " " + quote_windows_argument(argument);
  std::wstring wide_line = wide(command_line), environment = environment_with(options.environment);
  const std::wstring program = options.program.wstring(), directory = options.working_directory.wstring();

  inherit_list list({input.get(), output.get()});
  if (!list.ok()) return system_error("UpdateProcThreadAttribute");
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = input.get();
  startup.StartupInfo.hStdOutput = startup.StartupInfo.hStdError = output.get();
  startup.lpAttributeList = list.get();

  auto s = std::make_unique<state>();
  s->job = handle(::CreateJobObjectW(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  // What is started to outlive it may leave.
  limits.BasicLimitInformation.LimitFlags =
      JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  ::SetInformationJobObject(s->job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits);

  PROCESS_INFORMATION made{};
  // A console of its own, without a window, so that an event can be aimed at this child alone.
  const DWORD flags =
      CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | CREATE_NO_WINDOW;
  const auto create = [&] {
    return ::CreateProcessW(program.c_str(), wide_line.data(), nullptr, nullptr, TRUE, flags,
                            environment.data(), directory.empty() ? nullptr : directory.c_str(),
                            &startup.StartupInfo, &made) != 0;
  };
  bool started = create();
  // Wine 8.0 refuses one start in thousands with this code, while others start and end beside it.
  if (!started && ::GetLastError() == ERROR_INTERNAL_ERROR && under_wine()) {
    std::fprintf(stderr, "Wine could not start %s (error 1359); once more\n",
                 options.program.string().c_str());
    started = create();
  }
  if (!started) return system_error("start " + options.program.string());
  const handle thread(made.hThread);
  s->process = handle(made.hProcess);
  s->pid = made.dwProcessId;
  s->input = std::move(held);
  ::AssignProcessToJobObject(s->job.get(), s->process.get());
  ::ResumeThread(thread.get());

  child out(std::move(s));
  out.output_file_ = options.output_file;
  return out;
}

std::optional<int> child::wait(milliseconds bound) {
  if (state_->exit_code) return state_->exit_code;
  if (::WaitForSingleObject(state_->process.get(), static_cast<DWORD>(bound.count())) != WAIT_OBJECT_0)
    return std::nullopt;
  DWORD code = 0;
  ::GetExitCodeProcess(state_->process.get(), &code);
  state_->exit_code = static_cast<int>(code);
  return state_->exit_code;
}

namespace {
result<> send_console_event(std::int64_t pid, const char* event) {
  child_options how;
  how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / "console_event.exe";
  how.arguments = {std::to_string(pid), event};
  const auto sent = run(how, std::chrono::seconds(30));
  if (!sent) return sent.error();
  if (sent->exit_code == 2)
    return error{errc::unsupported, std::string("this system cannot send Ctrl+") + event};
  if (sent->exit_code != 0) return error{errc::failed, "console_event failed"};
  return {};
}
} // namespace

result<> child::terminate() {
  return send_console_event(pid(), "break");
}
result<> child::interrupt() {
  return send_console_event(pid(), "c");
}

result<> child::hang_up() {
  return error{errc::unsupported, "Windows has no SIGHUP"};
}

result<> child::kill() {
  if (!::TerminateProcess(state_->process.get(), 137)) return system_error("TerminateProcess");
  return {};
}

void child::end() noexcept {
  if (!state_ || state_->exit_code || !state_->process.get()) return;
  ::TerminateProcess(state_->process.get(), 137);
  ::WaitForSingleObject(state_->process.get(), INFINITE);
  state_.reset();
}

std::int64_t own_pid() noexcept {
  return ::GetCurrentProcessId();
}

std::filesystem::path executable_name(std::string_view name) {
  return std::string(name) + ".exe";
}

} // namespace reeve::test
