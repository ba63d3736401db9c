// SPDX-License-Identifier: Apache-2.0
#include "windows/file_users.hpp"

#include "reeve/base/strings.hpp"
#include "windows/error.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <restartmanager.h>

#include <cstddef>
#include <cstring>

namespace reeve::os {

namespace {

constexpr int attempts = 10; // at a list that grows between asking for its size and asking for it

class restart_session {
 public:
  restart_session() {
    WCHAR key[CCH_RM_SESSION_KEY + 1] = {};
    status_ = RmStartSession(&session_, 0, key);
  }
  ~restart_session() {
    if (status_ == ERROR_SUCCESS) RmEndSession(session_);
  }
  restart_session(const restart_session&) = delete;
  DWORD status() const noexcept { return status_; }
  DWORD get() const noexcept { return session_; }

 private:
  DWORD session_ = 0;
  DWORD status_ = ERROR_SUCCESS;
};

// The native call has no declaration in every SDK's headers: "NtQueryInformationFile function (winternl.h)".
using query_information_file = NTSTATUS(NTAPI*)(HANDLE, IO_STATUS_BLOCK*, void*, ULONG, int);
constexpr int file_process_ids_using_file = 47;
constexpr NTSTATUS info_length_mismatch = static_cast<NTSTATUS>(0xC0000004);
constexpr NTSTATUS buffer_overflow = static_cast<NTSTATUS>(0x80000005);

} // namespace

result<std::vector<process_id>> users_by_restart_manager(const std::wstring& path) {
  const restart_session session;
  const auto failed = [&](DWORD code) {
    return windows_error(code, cat("cannot tell who uses ", to_utf8(path)));
  };
  if (session.status() != ERROR_SUCCESS) return failed(session.status());
  LPCWSTR files[] = {path.c_str()};
  if (const DWORD code = RmRegisterResources(session.get(), 1, files, 0, nullptr, 0, nullptr);
      code != ERROR_SUCCESS)
    return failed(code);
  std::vector<RM_PROCESS_INFO> infos(16);
  for (int attempt = 0; attempt < attempts; ++attempt) {
    UINT needed = 0, count = static_cast<UINT>(infos.size());
    DWORD reasons = 0;
    const DWORD code = RmGetList(session.get(), &needed, &count, infos.data(), &reasons);
    if (code == ERROR_MORE_DATA) {
      infos.resize(std::size_t{needed} + 8);
      continue;
    }
    if (code != ERROR_SUCCESS) return failed(code);
    std::vector<process_id> out;
    for (UINT i = 0; i < count && i < infos.size(); ++i)
      out.push_back({infos[i].Process.dwProcessId, to_uint64(infos[i].Process.ProcessStartTime)});
    return out;
  }
  return error{errc::busy, cat("the users of ", to_utf8(path), " change faster than they can be listed"), 0};
}

result<std::vector<std::uint32_t>> users_by_file_query(const std::wstring& path) {
  static const auto query = [] {
    const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    const FARPROC found = ntdll ? GetProcAddress(ntdll, "NtQueryInformationFile") : nullptr;
    query_information_file out = nullptr;
    std::memcpy(&out, &found, sizeof out); // a cast between function types is warned about
    return out;
  }();
  if (!query) return error{errc::unsupported, "this Windows has no NtQueryInformationFile", 0};
  // With attributes alone nobody's sharing mode is asked, nor disturbed. Backup semantics open folders, too.
  const unique_handle file(CreateFileW(path.c_str(), FILE_READ_ATTRIBUTES,
                                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                       OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  if (!file) return windows_error(GetLastError(), cat("cannot look at ", to_utf8(path)));
  // ULONG count, padding, then ULONG_PTR each.
  std::vector<std::uint64_t> buffer(128);
  for (int attempt = 0; attempt < attempts; ++attempt) {
    IO_STATUS_BLOCK status_block{};
    const NTSTATUS status =
        query(file.get(), &status_block, buffer.data(), static_cast<ULONG>(buffer.size() * sizeof buffer[0]),
              file_process_ids_using_file);
    if (status == info_length_mismatch || status == buffer_overflow) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (status < 0) return nt_error(status, cat("cannot tell who uses ", to_utf8(path)));
    ULONG count = 0;
    std::memcpy(&count, buffer.data(), sizeof count);
    const char* const ids = reinterpret_cast<const char*>(buffer.data()) + sizeof(ULONG_PTR);
    const std::size_t room = (buffer.size() * sizeof buffer[0] - sizeof(ULONG_PTR)) / sizeof(ULONG_PTR);
    std::vector<std::uint32_t> out;
    for (ULONG i = 0; i < count && i < room; ++i) {
      ULONG_PTR pid = 0;
      std::memcpy(&pid, ids + i * sizeof pid, sizeof pid);
      out.push_back(static_cast<std::uint32_t>(pid));
    }
    return out;
  }
  return error{errc::busy, cat("the users of ", to_utf8(path), " change faster than they can be listed"), 0};
}

} // namespace reeve::os
