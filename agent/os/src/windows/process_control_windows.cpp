// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_control.hpp"

#include "parse/utf16.hpp"
#include "windows/command_line.hpp"
#include "windows/error.hpp"
#include "windows/process_identity.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>

namespace reeve::os {

namespace {

constexpr std::size_t most_text_bytes = 300;

struct close_request {
  DWORD pid = 0;
  bool found = false;
};

BOOL CALLBACK close_window_of(HWND window, LPARAM parameter) {
  auto& wanted = *reinterpret_cast<close_request*>(parameter);
  DWORD pid = 0;
  GetWindowThreadProcessId(window, &pid);
  if (pid == wanted.pid && IsWindowVisible(window))
    wanted.found |= PostMessageW(window, WM_CLOSE, 0, 0) != FALSE;
  return TRUE;
}

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
  if (id.pid == GetCurrentProcessId() || id.pid <= 4)
    return error{errc::access_denied, cat("process ", id.pid, " is the agent or the system's own"), 0};
  unique_handle process = open_process(id, access);
  if (!process) return error{errc::not_found, cat("process ", id.pid, " is gone, or may not be touched"), 0};
  if (is_critical(process.get()))
    return error{errc::access_denied, cat("process ", id.pid, " is critical to Windows"), 0};
  return process;
}

} // namespace

std::string describe_process(const process_id& id) {
  std::string out = cat("process ", id.pid);
  const unique_handle process = open_process(id, 0);
  if (!process) return out;
  std::array<wchar_t, 1024> path{};
  DWORD size = static_cast<DWORD>(path.size());
  if (!QueryFullProcessImageNameW(process.get(), 0, path.data(), &size)) return out;
  const std::string whole = to_utf8({path.data(), size});
  out += cat(" (", whole.substr(whole.rfind('\\') + 1));
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
  close_request wanted{id.pid};
  EnumWindows(close_window_of, reinterpret_cast<LPARAM>(&wanted));
  if (!wanted.found)
    return error{errc::unsupported, cat("process ", id.pid, " has no window that could be closed"), 0};
  return {};
}

result<> kill_process(const process_id& id) {
  const auto held = hold(id, PROCESS_TERMINATE);
  if (!held) return held.error();
  if (!TerminateProcess(held->get(), 1)) return windows_error(GetLastError(), cat("process ", id.pid));
  return {};
}

} // namespace reeve::os
