// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/child_process.hpp"

#include "parse/windows_arguments.hpp"
#include "windows/error.hpp"
#include "windows/inherited_handles.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <atomic>
#include <cwchar>
#include <list>
#include <memory>

namespace reeve::os {

namespace {

bool is_batch_file(std::string_view program) {
  const std::string_view end = program.size() < 4 ? program : program.substr(program.size() - 4);
  const auto is = [&](std::string_view extension) {
    return std::equal(end.begin(), end.end(), extension.begin(), extension.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
  };
  return is(".bat") || is(".cmd");
}

result<> check(const child_command& c) {
  const DWORD kind = GetFileAttributesW(to_utf16(c.program).c_str());
  if (kind == INVALID_FILE_ATTRIBUTES) return windows_error(GetLastError(), cat("program ", c.program));
  if (kind & FILE_ATTRIBUTE_DIRECTORY)
    return error{errc::invalid_argument, cat("program ", c.program, " is no file"), 0};
  // CreateProcessW hands them to cmd.exe, which reads the arguments by rules of its own and can be made to run others.
  if (is_batch_file(c.program))
    return error{errc::unsupported,
                 cat("program ", c.program, " is a batch file; name the program that it starts"), 0};
  if (c.cwd.empty()) return {};
  const DWORD folder = GetFileAttributesW(to_utf16(c.cwd).c_str());
  if (folder == INVALID_FILE_ATTRIBUTES) return windows_error(GetLastError(), cat("folder ", c.cwd));
  return {};
}

bool same_name(std::wstring_view a, std::wstring_view b) {
  return CompareStringOrdinal(a.data(), static_cast<int>(a.size()), b.data(), static_cast<int>(b.size()),
                              TRUE) == CSTR_EQUAL;
}

// Sorted by name without regard to case, as CreateProcessW asks; "=C:" and its like keep their leading sign.
std::wstring environment_for(const child_command& c) {
  std::vector<std::wstring> entries;
  if (wchar_t* const own = GetEnvironmentStringsW()) {
    for (const wchar_t* e = own; *e != 0; e += std::wcslen(e) + 1) {
      const std::wstring_view text = e;
      const std::wstring_view name = text.substr(0, text.find(L'=', 1));
      const bool replaced = std::any_of(c.env.begin(), c.env.end(), [&](const auto& pair) {
        return same_name(name, to_utf16(pair.first));
      });
      if (!replaced) entries.emplace_back(text);
    }
    FreeEnvironmentStringsW(own);
  }
  for (const auto& [name, value] : c.env)
    entries.push_back(to_utf16(cat(name, "=", value)));
  std::sort(entries.begin(), entries.end(), [](const std::wstring& a, const std::wstring& b) {
    return CompareStringOrdinal(a.c_str(), -1, b.c_str(), -1, TRUE) == CSTR_LESS_THAN;
  });
  std::wstring block;
  for (const std::wstring& e : entries)
    block.append(e).push_back(0);
  block.push_back(0);
  return block;
}

unique_handle open_inheritable(const std::wstring& path, DWORD access, DWORD disposition) {
  SECURITY_ATTRIBUTES inherit = inheritable();
  return unique_handle(CreateFileW(path.c_str(), access,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &inherit,
                                   disposition, FILE_ATTRIBUTE_NORMAL, nullptr));
}

std::uint64_t creation_of(HANDLE process) {
  FILETIME created{}, exited{}, kernel{}, user{};
  if (!GetProcessTimes(process, &created, &exited, &kernel, &user)) return 0;
  return (std::uint64_t{created.dwHighDateTime} << 32) | created.dwLowDateTime;
}

// A started program: what both its owner and the wait for its end need.
struct started {
  unique_handle process, job;
  process_id id;
  child_starter::on_end ended;
  HANDLE wait = nullptr; // of the thread pool; the starter's
  std::atomic<bool> over = false;
};

class process final : public child_process {
 public:
  explicit process(std::shared_ptr<started> s) : started_(std::move(s)) {}
  const process_id& id() const noexcept override { return started_->id; }

  result<> ask_to_end() override {
    if (!GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, started_->id.pid))
      return error{
          errc::unsupported,
          cat("process ", started_->id.pid, " shares no console with the agent, so it cannot be asked"),
          static_cast<int>(GetLastError())};
    return {};
  }
  result<> kill() override {
    if (!TerminateJobObject(started_->job.get(), 1))
      return windows_error(GetLastError(), cat("job of process ", started_->id.pid));
    return {};
  }

 private:
  std::shared_ptr<started> started_;
};

void CALLBACK on_process_end(void* context, BOOLEAN) {
  started& s = *static_cast<started*>(context);
  TerminateJobObject(s.job.get(), 1); // what it left behind
  DWORD code = 0;
  GetExitCodeProcess(s.process.get(), &code);
  s.ended({false, code});
  s.over = true;
}

class starter final : public child_starter {
 public:
  ~starter() override {
    for (const auto& s : started_)
      UnregisterWaitEx(s->wait, INVALID_HANDLE_VALUE); // waits for a call that is under way
  }

  result<std::unique_ptr<child_process>> start(const child_command& c, on_end ended) override {
    forget_ended();
    if (auto good = check(c); !good) return good.error();
    auto s = std::make_shared<started>();
    s->ended = std::move(ended);
    // Not ended with its last handle: programs outlive the agent.
    s->job = unique_handle(CreateJobObjectW(nullptr, nullptr));
    if (!s->job) return windows_error(GetLastError(), "no job object");
    if (auto launched = launch(c, *s); !launched) return launched.error();
    if (!RegisterWaitForSingleObject(&s->wait, s->process.get(), on_process_end, s.get(), INFINITE,
                                     WT_EXECUTEONLYONCE)) {
      const error why = windows_error(GetLastError(), "cannot wait for the end of a process");
      TerminateJobObject(s->job.get(), 1);
      return why;
    }
    started_.push_back(s);
    return std::make_unique<process>(std::move(s));
  }

 private:
  static result<> launch(const child_command& c, started& s) {
    const unique_handle input = open_inheritable(L"NUL", GENERIC_READ, OPEN_EXISTING);
    const unique_handle output = c.output.empty()
                                     ? open_inheritable(L"NUL", GENERIC_WRITE, OPEN_EXISTING)
                                     : open_inheritable(to_utf16(c.output), FILE_APPEND_DATA, OPEN_ALWAYS);
    if (!input || !output)
      return windows_error(GetLastError(), cat("output ", c.output.empty() ? "NUL" : c.output));
    HANDLE both[] = {input.get(), output.get()};
    inherited_handles list(both);
    if (!list) return windows_error(GetLastError(), "its handles");
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = input.get();
    startup.StartupInfo.hStdOutput = output.get();
    startup.StartupInfo.hStdError = output.get();
    startup.lpAttributeList = list.get();
    std::wstring line = to_utf16(parse::windows_command_line(c.program, c.args));
    std::wstring environment = environment_for(c);
    const std::wstring folder = to_utf16(c.cwd.empty() ? "\\" : c.cwd);
    constexpr DWORD flags = CREATE_SUSPENDED | CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT |
                            EXTENDED_STARTUPINFO_PRESENT;
    PROCESS_INFORMATION made{};
    if (!CreateProcessW(to_utf16(c.program).c_str(), line.data(), nullptr, nullptr, TRUE, flags,
                        environment.data(), folder.c_str(), &startup.StartupInfo, &made))
      return windows_error(GetLastError(), cat("program ", c.program, " does not start"));
    const unique_handle thread(made.hThread);
    s.process = unique_handle(made.hProcess);
    s.id = {made.dwProcessId, creation_of(made.hProcess)};
    if (!AssignProcessToJobObject(s.job.get(), s.process.get())) {
      const error why = windows_error(GetLastError(), cat("program ", c.program, " does not join its job"));
      TerminateProcess(s.process.get(), 1);
      return why;
    }
    ResumeThread(thread.get());
    return {};
  }

  void forget_ended() {
    std::erase_if(started_, [](const std::shared_ptr<started>& s) {
      if (!s->over) return false;
      UnregisterWaitEx(s->wait, INVALID_HANDLE_VALUE);
      return true;
    });
  }

  std::list<std::shared_ptr<started>> started_;
};

} // namespace

result<std::unique_ptr<child_starter>> child_starter::create() {
  return std::make_unique<starter>();
}

} // namespace reeve::os
