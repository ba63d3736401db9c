// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_control.hpp"

#include "parse/utf16.hpp"
#include "windows/close_windows.hpp"
#include "windows/command_line.hpp"
#include "windows/error.hpp"
#include "windows/process_details.hpp"
#include "windows/process_identity.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace reeve::os {

namespace {

constexpr std::size_t most_text_bytes = 300;

// What Windows itself marks as critical makes the machine stop with a blue screen when it ends. Since Windows 8.1; asked for
// by name, since not every import library has it.
bool is_critical(HANDLE process) {
  using ask = BOOL(WINAPI*)(HANDLE, PBOOL);
  static const auto function = reinterpret_cast<ask>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "IsProcessCritical")));
  BOOL out = FALSE;
  return function && function(process, &out) && out;
}

result<unique_handle> hold(const process_id& id, DWORD access) {
  const auto above = ancestors_of_this_process();
  if (id.pid == GetCurrentProcessId() || id.pid <= 4 || std::ranges::find(above, id) != above.end())
    return error{errc::access_denied, cat("process ", id.pid, " is the agent, above it, or the system's own"),
                 0};
  unique_handle process = open_process(id, access);
  if (!process) return error{errc::not_found, cat("process ", id.pid, " is gone, or may not be touched"), 0};
  if (is_critical(process.get()))
    return error{errc::access_denied, cat("process ", id.pid, " is critical to Windows"), 0};
  return process;
}

std::string program_of(HANDLE process) {
  std::wstring path(32'768, L'\0'); // the longest there is ("Maximum Path Length Limitation")
  DWORD size = static_cast<DWORD>(path.size());
  if (!QueryFullProcessImageNameW(process, 0, path.data(), &size)) return {};
  const std::string whole = to_utf8({path.data(), size});
  return whole.substr(whole.rfind('\\') + 1);
}

// PROCESS_BASIC_INFORMATION has other names for its members in every SDK; the last of the six is the parent's number.
struct basic_information {
  ULONG_PTR members[6];
};

nanoseconds age_of(std::uint64_t creation_time) {
  FILETIME now{};
  GetSystemTimeAsFileTime(&now); // of the kind of the creation time, in 100 ns
  const std::uint64_t then = (std::uint64_t{now.dwHighDateTime} << 32) | now.dwLowDateTime;
  return nanoseconds(then > creation_time ? (then - creation_time) * 100 : 0);
}

// 0: it has none, or one that began after it and has only got its number.
process_id parent_of(HANDLE process, const process_id& child) {
  basic_information info{};
  if (NtQueryInformationProcess(process, ProcessBasicInformation, &info, sizeof info, nullptr) < 0) return {};
  const auto number = static_cast<DWORD>(info.members[5]);
  const unique_handle parent(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, number));
  if (!parent) return {};
  const process_id out = identity_of(parent.get());
  return out.start != 0 && out.start <= child.start ? out : process_id{};
}

} // namespace

result<process_facts> look_at_process(std::uint32_t pid) {
  const unique_handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid));
  if (!process) return windows_error(GetLastError(), cat("process ", pid));
  process_facts out;
  out.id = identity_of(process.get());
  if (has_ended(process.get()) || out.id.start == 0)
    return error{errc::not_found, cat("process ", pid, " is gone"), 0};
  out.age = age_of(out.id.start);
  out.name = program_of(process.get());
  std::uint32_t code = 0;
  thread_local account_names accounts; // a domain controller is asked but once, and the loop waits for it
  out.user = accounts.owner_of(process.get(), code).value_or("");
  out.is_kernel_thread = pid <= 4;
  return out;
}

std::uint32_t own_pid() noexcept {
  return GetCurrentProcessId();
}

bool is_running(const process_id& id) {
  const unique_handle process = open_process(id, 0);
  return process && !has_ended(process.get());
}

std::vector<process_id> ancestors_of_this_process() {
  std::vector<process_id> out;
  process_id at = identity_of(GetCurrentProcess());
  // A chain of parents cannot be longer than the numbers that there are; a loop of reused ones could.
  for (int i = 0; i < 64; ++i) {
    const unique_handle process = open_process(at, 0);
    if (!process) break;
    at = parent_of(process.get(), at);
    if (at.pid == 0) break;
    out.push_back(at);
  }
  return out;
}

std::string describe_process(const process_id& id) {
  std::string out = cat("process ", id.pid);
  const unique_handle process = open_process(id, 0);
  if (!process) return out;
  const std::string program = program_of(process.get());
  if (program.empty()) return out;
  out += cat(" (", program);
  std::uint32_t code = 0;
  if (const auto line = command_line_of(process.get(), id.pid, code); line && !line->empty()) {
    out += ": ";
    ::reeve::append_utf8(out, *line, most_text_bytes);
  }
  return out + ")";
}

result<> ask_process_to_end(const process_id& id) {
  const auto held = hold(id, 0);
  if (!held) return held.error();
  auto closed = close_windows(std::vector{id.pid});
  if (closed || closed.error().code != errc::unsupported) return closed;
  return error{errc::unsupported,
               cat("process ", id.pid, " has no window that could be closed; only \"kill\" ends it"), 0};
}

result<> kill_process(const process_id& id) {
  const auto held = hold(id, PROCESS_TERMINATE | SYNCHRONIZE);
  if (!held) return held.error();
  if (TerminateProcess(held->get(), 1)) return {};
  const DWORD code = GetLastError(); // ERROR_ACCESS_DENIED of one that has ended meanwhile
  if (has_ended(held->get())) return error{errc::not_found, cat("process ", id.pid, " is gone"), 0};
  return windows_error(code, cat("process ", id.pid));
}

result<> signal_process(const process_id&, std::string_view) {
  return error{errc::unsupported,
               "there are no signals on Windows; name a service, which can be told to reload", 0};
}

} // namespace reeve::os
