// SPDX-License-Identifier: Apache-2.0
#include "windows/keeper_start.hpp"

#include "parse/windows_arguments.hpp"
#include "windows/error.hpp"
#include "windows/inherited_handles.hpp"
#include "windows/overlapped_pipe.hpp"
#include "windows/process_identity.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"

#include <cstring>

namespace reeve::os {

namespace {

constexpr DWORD news_bytes = 64 * 1024; // of a pipe: more than a keeper ever has to say

// Memory, so that an order of any size is written without waiting for its reader.
result<unique_handle> as_section(const std::string& bytes) {
  SECURITY_ATTRIBUTES inherit = inheritable();
  unique_handle out(CreateFileMappingW(INVALID_HANDLE_VALUE, &inherit, PAGE_READWRITE, 0,
                                       static_cast<DWORD>(bytes.size()), nullptr));
  void* const view = out ? MapViewOfFile(out.get(), FILE_MAP_WRITE, 0, 0, bytes.size()) : nullptr;
  if (!view) return windows_error(GetLastError(), "the keeper's order");
  std::memcpy(view, bytes.data(), bytes.size());
  UnmapViewOfFile(view);
  return out;
}

// A console is left out: in the keeper its handle would mean the keeper's own console, which nobody sees.
unique_handle inheritable_errors() {
  const HANDLE own = GetStdHandle(STD_ERROR_HANDLE);
  const DWORD kind = GetFileType(own);
  HANDLE copy = nullptr;
  if ((kind == FILE_TYPE_DISK || kind == FILE_TYPE_PIPE) &&
      DuplicateHandle(GetCurrentProcess(), own, GetCurrentProcess(), &copy, 0, TRUE, DUPLICATE_SAME_ACCESS))
    return unique_handle(copy);
  SECURITY_ATTRIBUTES inherit = inheritable();
  return unique_handle(CreateFileW(L"NUL", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherit,
                                   OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
}

// The folder of a keeper, for none is to hold the agent's.
std::wstring system_root() {
  wchar_t path[MAX_PATH];
  const UINT length = GetSystemWindowsDirectoryW(path, MAX_PATH);
  return length >= 3 && length < MAX_PATH ? std::wstring(path, 3) : L"C:\\";
}

bool create(const std::wstring& program, std::wstring& line, STARTUPINFOEXW& startup,
            PROCESS_INFORMATION& made) {
  const std::wstring folder = system_root();
  // Suspended until its events are there. A console of its own: Ctrl+C in the agent's is the agent's alone.
  constexpr DWORD flags = CREATE_SUSPENDED | CREATE_NO_WINDOW | EXTENDED_STARTUPINFO_PRESENT;
  // Out of the agent's job where it is in one, for that may end with the agent. Some jobs let nobody out ("Process
  // Creation Flags", CREATE_BREAKAWAY_FROM_JOB).
  for (const DWORD more : {CREATE_BREAKAWAY_FROM_JOB, 0})
    if (CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, TRUE, flags | more, nullptr,
                       folder.c_str(), &startup.StartupInfo, &made))
      return true;
    else if (GetLastError() != ERROR_ACCESS_DENIED)
      return false;
  return false;
}

} // namespace

result<started_keeper> start_keeper(const std::string& program, const launch_order& order,
                                    SECURITY_ATTRIBUTES* access) {
  const auto input = as_section(to_bytes(order));
  if (!input) return input.error();
  auto news = make_overlapped_pipe(news_bytes);
  if (!news) return news.error();
  const unique_handle errors = inheritable_errors();
  HANDLE all[] = {input->get(), news->theirs.get(), errors.get()};
  inherited_handles list(all);
  if (!list) return windows_error(GetLastError(), "the keeper's handles");
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = input->get();
  startup.StartupInfo.hStdOutput = news->theirs.get();
  startup.StartupInfo.hStdError = errors.get();
  startup.lpAttributeList = list.get();
  std::wstring line = to_utf16(parse::windows_command_line(program, {order.place.name}));
  PROCESS_INFORMATION made{};
  if (!create(to_utf16(program), line, startup, made))
    return windows_error(GetLastError(), cat("keeper ", program));
  const unique_handle thread(made.hThread);
  started_keeper out;
  out.process = unique_handle(made.hProcess);
  out.id = identity_of(made.hProcess);
  if (!make_command_events(out.id, access, true, out.events)) {
    const error why = windows_error(GetLastError(), cat("events of keeper ", out.id.pid));
    TerminateProcess(out.process.get(), 1);
    return why;
  }
  ResumeThread(thread.get());
  out.news = std::move(news->ours);
  return out;
}

} // namespace reeve::os
