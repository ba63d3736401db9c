// SPDX-License-Identifier: Apache-2.0
// "Event Sources" of Microsoft's documentation: a key below the log's, with the message file and the types of events.
#include "reeve/os/event_source.hpp"

#include "windows/error.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/runtime.hpp"

namespace reeve::os {

namespace {

constexpr const wchar_t* event_key = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Reeve";
constexpr const wchar_t* file_value = L"EventMessageFile";
constexpr const wchar_t* types_value = L"TypesSupported";

// Owns an open registry key.
class open_key {
 public:
  explicit open_key(HKEY key) noexcept : key_(key) {}
  ~open_key() { RegCloseKey(key_); }
  open_key(const open_key&) = delete;
  HKEY get() const noexcept { return key_; }

 private:
  HKEY key_;
};

bool is_file(const std::wstring& path) noexcept {
  const DWORD attributes = GetFileAttributesW(path.c_str());
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

} // namespace

result<event_source> read_event_source() {
  event_source out;
  out.needed = true;
  std::wstring path(512, L'\0');
  for (;;) {
    auto size = static_cast<DWORD>(path.size() * sizeof(wchar_t));
    const LSTATUS status =
        RegGetValueW(HKEY_LOCAL_MACHINE, event_key, file_value, RRF_RT_REG_SZ, nullptr, path.data(), &size);
    if (status == ERROR_FILE_NOT_FOUND) return out;
    if (status == ERROR_MORE_DATA && path.size() < 65'536) {
      path.resize(path.size() * 2);
      continue;
    }
    if (status != ERROR_SUCCESS)
      return windows_error(static_cast<std::uint32_t>(status),
                           cat("cannot read the event source ", event_source_name));
    path.resize(path.find(L'\0'));
    break;
  }
  out.installed = true;
  out.message_file = to_utf8(path);
  out.message_file_there = is_file(path);
  return out;
}

result<> install_event_source(const std::string& message_file) {
  const std::wstring path = to_utf16(message_file);
  if (!is_file(path)) return error{errc::not_found, cat("there is no message file ", message_file)};
  const std::string what = cat("cannot register the event source ", event_source_name);
  HKEY made = nullptr;
  LSTATUS status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, event_key, 0, nullptr, REG_OPTION_NON_VOLATILE,
                                   KEY_SET_VALUE, nullptr, &made, nullptr);
  if (status != ERROR_SUCCESS) return windows_error(static_cast<std::uint32_t>(status), what);
  const open_key key(made);
  const auto bytes = static_cast<DWORD>((path.size() + 1) * sizeof(wchar_t));
  status =
      RegSetValueExW(key.get(), file_value, 0, REG_SZ, reinterpret_cast<const BYTE*>(path.c_str()), bytes);
  if (status == ERROR_SUCCESS) {
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    status = RegSetValueExW(key.get(), types_value, 0, REG_DWORD, reinterpret_cast<const BYTE*>(&types),
                            sizeof types);
  }
  if (status != ERROR_SUCCESS) return windows_error(static_cast<std::uint32_t>(status), what);
  return {};
}

result<> uninstall_event_source() {
  const LSTATUS status = RegDeleteKeyW(HKEY_LOCAL_MACHINE, event_key);
  if (status == ERROR_SUCCESS || status == ERROR_FILE_NOT_FOUND) return {};
  return windows_error(static_cast<std::uint32_t>(status),
                       cat("cannot remove the event source ", event_source_name));
}

std::string default_message_file() {
  const std::string program = executable_path();
  return cat(program.substr(0, program.find_last_of("\\/") + 1), "reeve-messages.dll");
}

} // namespace reeve::os
