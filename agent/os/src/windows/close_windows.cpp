// SPDX-License-Identifier: Apache-2.0
#include "windows/close_windows.hpp"

#include "windows/error.hpp"
#include "windows/job_processes.hpp"
#include "windows/unique_handle.hpp"

#include <algorithm>
#include <utility>

namespace reeve::os {

namespace {

// Loaded when first needed: it makes a process one with windows, which costs memory and can fail in a service.
struct window_calls {
  decltype(&EnumWindows) each = nullptr;
  decltype(&GetWindowThreadProcessId) owner = nullptr;
  decltype(&IsWindowVisible) is_visible = nullptr;
  decltype(&PostMessageW) post = nullptr;

  window_calls() {
    const HMODULE user32 = LoadLibraryExW(L"user32.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (!user32) return;
    load(user32, "EnumWindows", each);
    load(user32, "GetWindowThreadProcessId", owner);
    load(user32, "IsWindowVisible", is_visible);
    load(user32, "PostMessageW", post);
  }
  explicit operator bool() const noexcept { return each && owner && is_visible && post; }

 private:
  template <class Function>
  static void load(HMODULE from, const char* name, Function& out) {
    // Through void*: a cast from one type of function to another is warned of.
    out = reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(from, name)));
  }
};

struct search {
  const window_calls& calls;
  std::vector<std::uint32_t> processes;
  int asked = 0;
  DWORD problem = 0;
};

BOOL CALLBACK close_one(HWND window, LPARAM context) {
  search& s = *reinterpret_cast<search*>(context);
  DWORD pid = 0;
  s.calls.owner(window, &pid);
  if (std::ranges::find(s.processes, pid) == s.processes.end() || !s.calls.is_visible(window)) return TRUE;
  // Refused by a process of higher integrity ("PostMessageW function (winuser.h)").
  if (s.calls.post(window, WM_CLOSE, 0, 0))
    ++s.asked;
  else
    s.problem = GetLastError();
  return TRUE;
}

} // namespace

result<> close_windows(std::vector<std::uint32_t> processes) {
  static const window_calls calls;
  if (!calls) return error{errc::unsupported, "this system has no windows", 0};
  search s{calls, std::move(processes)};
  calls.each(close_one, reinterpret_cast<LPARAM>(&s));
  if (s.asked != 0) return {};
  if (s.problem != 0) return windows_error(s.problem, "its windows");
  return error{errc::unsupported, "the program has no window that can be seen from here", 0};
}

result<> close_windows(const std::wstring& job_name) {
  // Briefly: as long as it is open the job does not end with its keeper.
  unique_handle job(OpenJobObjectW(JOB_OBJECT_QUERY, FALSE, job_name.c_str()));
  if (!job) return windows_error(GetLastError(), "the program's job");
  std::vector<std::uint32_t> processes = processes_in(job.get());
  job = unique_handle();
  return close_windows(std::move(processes));
}

} // namespace reeve::os
