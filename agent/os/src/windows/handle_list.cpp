// SPDX-License-Identifier: Apache-2.0
#include "windows/handle_list.hpp"

#include "windows/error.hpp"
#include "windows/unique_handle.hpp"
#include "windows/windows.hpp"

#include <algorithm>
#include <utility>

namespace reeve::os {

namespace {

// What GetCurrentProcess() and GetCurrentThread() give stands in no table.
HANDLE real_handle(HANDLE pseudo) noexcept {
  HANDLE out = nullptr;
  DuplicateHandle(GetCurrentProcess(), pseudo, GetCurrentProcess(), &out, 0, FALSE, DUPLICATE_SAME_ACCESS);
  return out;
}

} // namespace

result<> handle_list::read() {
  if (types_.empty())
    if (auto learned = learn_types(); !learned) return learned;
  if (auto read = list_.read(); !read) return read;
  return parse::parse_windows_handles(list_.bytes(), handles_);
}

result<> handle_list::learn_types() {
  const std::pair<handle_kind, unique_handle> samples[] = {
      {handle_kind::file, unique_handle(CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                                    nullptr, OPEN_EXISTING, 0, nullptr))},
      {handle_kind::event, unique_handle(CreateEventW(nullptr, TRUE, FALSE, nullptr))},
      {handle_kind::event, unique_handle(CreateMutexW(nullptr, FALSE, nullptr))},
      {handle_kind::event, unique_handle(CreateSemaphoreW(nullptr, 0, 1, nullptr))},
      {handle_kind::event, unique_handle(CreateWaitableTimerW(nullptr, TRUE, nullptr))},
      {handle_kind::event, unique_handle(CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1))},
      {handle_kind::shared_memory,
       unique_handle(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, 4096, nullptr))},
      {handle_kind::thread, unique_handle(real_handle(GetCurrentThread()))},
      {handle_kind::process, unique_handle(real_handle(GetCurrentProcess()))},
  };
  HKEY key = nullptr; // closed by a call of its own
  RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE", 0, KEY_READ, &key);
  auto read = list_.read();
  if (key != nullptr) RegCloseKey(key);
  if (!read) return read;
  if (auto parsed = parse::parse_windows_handles(list_.bytes(), handles_); !parsed) return parsed;

  const auto learn = [&](handle_kind kind, const void* handle) {
    const auto value = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(handle));
    const auto own = std::find_if(handles_.rows.begin(), handles_.rows.end(), [&](const auto& row) {
      return row.pid == GetCurrentProcessId() && row.handle == value;
    });
    if (value != 0 && own != handles_.rows.end()) types_.emplace_back(own->type, kind);
  };
  for (const auto& [kind, handle] : samples)
    learn(kind, handle.get());
  learn(handle_kind::registry_key, key);
  if (types_.empty() || types_.front().second != handle_kind::file) {
    types_.clear();
    return error{errc::unsupported, "the system's list of handles does not show this process's own", 0};
  }
  return {};
}

handle_kind handle_list::kind_of(const parse::handle_row& row) const noexcept {
  for (const auto& [number, kind] : types_)
    if (number == row.type) return kind;
  return handle_kind::other;
}

} // namespace reeve::os
