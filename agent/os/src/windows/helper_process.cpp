// SPDX-License-Identifier: Apache-2.0
#include "windows/helper_process.hpp"

#include "reeve/base/strings.hpp"
#include "windows/error.hpp"
#include "windows/inherited_handles.hpp"
#include "windows/overlapped_pipe.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <algorithm>
#include <chrono>

namespace reeve::os {

namespace {

using std::chrono::steady_clock;

constexpr DWORD pipe_bytes = 64 * 1024;
constexpr std::size_t max_line = 128 * 1024; // a path of 32,767 characters has at most three bytes for each
constexpr nanoseconds patience_at_start =
    std::chrono::seconds(20); // a busy machine; virus scanners look first

error failed(const char* what) {
  return windows_error(GetLastError(), cat("cannot start the helper for names of handles: ", what));
}

} // namespace

result<> helper_process::start() {
  end();
  if (auto launched = launch(); !launched) {
    end();
    return launched;
  }
  auto line = next_line(patience_at_start);
  if (line && *line == parse::helper_is_ready) return {};
  end();
  if (!line) return line.error();
  return error{errc::failed, cat("the helper for names of handles said \"", *line, "\" at its start"), 0};
}

result<> helper_process::launch() {
  auto from_child = make_overlapped_pipe(pipe_bytes);
  if (!from_child) return from_child.error();
  output_ = std::move(from_child->ours);
  SECURITY_ATTRIBUTES inherit = inheritable();
  HANDLE read_end = nullptr, write_end = nullptr;
  if (!CreatePipe(&read_end, &write_end, &inherit, pipe_bytes)) return failed("no pipe");
  const unique_handle child_input(read_end);
  input_ = unique_handle(write_end);
  SetHandleInformation(write_end, HANDLE_FLAG_INHERIT, 0);
  event_ = unique_handle(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  job_ = unique_handle(CreateJobObjectW(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (!event_ || !job_ ||
      !SetInformationJobObject(job_.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits))
    return failed("no job object");

  HANDLE both[] = {child_input.get(), from_child->theirs.get()};
  inherited_handles list(both);
  if (!list) return failed("its handles");
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = child_input.get();
  startup.StartupInfo.hStdOutput = from_child->theirs.get();
  startup.lpAttributeList = list.get();
  std::wstring line = L"\"" + program_ + L"\" " + argument_;
  PROCESS_INFORMATION made{};
  // Suspended, so that it is in the job before it does anything.
  if (!CreateProcessW(program_.c_str(), line.data(), nullptr, nullptr, TRUE,
                      CREATE_SUSPENDED | CREATE_NO_WINDOW | EXTENDED_STARTUPINFO_PRESENT, nullptr, nullptr,
                      &startup.StartupInfo, &made))
    return failed("no process");
  const unique_handle thread(made.hThread);
  process_ = unique_handle(made.hProcess);
  pid_ = made.dwProcessId;
  if (!AssignProcessToJobObject(job_.get(), process_.get())) {
    const error why = failed("it does not join its job");
    TerminateProcess(process_.get(), 1);
    return why;
  }
  ResumeThread(thread.get());
  return {};
}

void helper_process::end() noexcept {
  // Its death is not waited for: a thread that hangs in a driver may put it off.
  if (process_) TerminateProcess(process_.get(), 1);
  process_ = unique_handle();
  job_ = unique_handle();
  input_ = unique_handle();
  output_ = unique_handle();
  pid_ = 0;
  received_.clear();
}

result<> helper_process::send(std::string_view lines) {
  while (!lines.empty()) {
    DWORD written = 0;
    if (!WriteFile(input_.get(), lines.data(), static_cast<DWORD>(lines.size()), &written, nullptr))
      return windows_error(GetLastError(), "cannot ask the helper for names of handles");
    lines.remove_prefix(written);
  }
  return {};
}

result<std::string> helper_process::next_line(nanoseconds patience) {
  const auto until = steady_clock::now() + patience;
  for (;;) {
    if (const std::size_t end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    if (received_.size() > max_line)
      return error{errc::failed, "the helper for names of handles says too much", 0};
    char piece[4096];
    OVERLAPPED reading{};
    reading.hEvent = event_.get();
    ResetEvent(event_.get());
    if (!ReadFile(output_.get(), piece, sizeof piece, nullptr, &reading) &&
        GetLastError() != ERROR_IO_PENDING)
      return windows_error(GetLastError(), "the helper for names of handles has ended");
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()).count();
    const bool ready =
        WaitForSingleObject(event_.get(), static_cast<DWORD>(std::clamp<long long>(left, 0, 60'000))) ==
        WAIT_OBJECT_0;
    if (!ready) CancelIoEx(output_.get(), &reading);
    DWORD count = 0;
    // In every case the operation is over then, so that the kernel holds no pointer to memory of ours.
    const BOOL done = GetOverlappedResult(output_.get(), &reading, &count, TRUE);
    if (done)
      received_.append(piece, count);
    else if (!ready)
      return error{errc::timed_out, "the helper for names of handles does not answer", 0};
    else
      return windows_error(GetLastError(), "the helper for names of handles has ended");
  }
}

} // namespace reeve::os
