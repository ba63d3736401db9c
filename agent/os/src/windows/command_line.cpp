// SPDX-License-Identifier: Apache-2.0
#include "windows/command_line.hpp"

#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace reeve::os {

namespace {

// Windows 8.1 and later; the number is in System Informer's phnt headers (ntpsapi.h), not in Microsoft's.
constexpr auto process_command_line_information = static_cast<PROCESSINFOCLASS>(60);
constexpr auto status_invalid_info_class = static_cast<NTSTATUS>(0xC0000003L);
constexpr auto status_not_implemented = static_cast<NTSTATUS>(0xC0000002L);

template <class T>
bool read_memory(HANDLE process, const void* address, T& out) noexcept {
  SIZE_T done = 0;
  return ReadProcessMemory(process, address, &out, sizeof out, &done) && done == sizeof out;
}

// Wine 8.0 knows no such class; there the arguments are read where the process itself reads them.
std::optional<std::string> command_line_from_memory(std::uint32_t pid, std::uint32_t& code) {
  const unique_handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ, FALSE, pid));
  PROCESS_BASIC_INFORMATION basic{};
  PEB peb{};
  RTL_USER_PROCESS_PARAMETERS parameters{};
  if (!process) {
    code = GetLastError();
    return std::nullopt;
  }
  const NTSTATUS status =
      NtQueryInformationProcess(process.get(), ProcessBasicInformation, &basic, sizeof basic, nullptr);
  if (!NT_SUCCESS(status)) {
    code = RtlNtStatusToDosError(status);
    return std::nullopt;
  }
  std::wstring line;
  bool read = read_memory(process.get(), basic.PebBaseAddress, peb) &&
              read_memory(process.get(), peb.ProcessParameters, parameters);
  if (read && parameters.CommandLine.Length != 0) {
    // No more than can be shown: every UTF-16 unit becomes at least one byte.
    line.resize(
        std::min<std::size_t>(parameters.CommandLine.Length / sizeof(wchar_t), max_command_line_bytes));
    read = ReadProcessMemory(process.get(), parameters.CommandLine.Buffer, line.data(),
                             line.size() * sizeof(wchar_t), nullptr);
  }
  if (!read) {
    code = GetLastError();
    return std::nullopt;
  }
  std::string out;
  append_utf8(out, line, max_command_line_bytes);
  return out;
}

} // namespace

std::optional<std::string> command_line_of(HANDLE process, std::uint32_t pid, std::uint32_t& code) {
  // The answer is a UNICODE_STRING followed by its characters, at most 65,535 bytes of them.
  std::vector<std::max_align_t> buffer(1024 / sizeof(std::max_align_t));
  for (int attempt = 0; attempt < 4; ++attempt) {
    const auto size = static_cast<ULONG>(buffer.size() * sizeof(std::max_align_t));
    ULONG needed = 0;
    const NTSTATUS status =
        NtQueryInformationProcess(process, process_command_line_information, buffer.data(), size, &needed);
    if (NT_SUCCESS(status)) {
      const auto* line = reinterpret_cast<const UNICODE_STRING*>(buffer.data());
      std::string out;
      if (line->Buffer != nullptr)
        append_utf8(out, {line->Buffer, line->Length / sizeof(wchar_t)}, max_command_line_bytes);
      return out;
    }
    if (status == status_invalid_info_class || status == status_not_implemented)
      return command_line_from_memory(pid, code);
    code = RtlNtStatusToDosError(status);
    if (needed <= size) return std::nullopt;
    buffer.resize(needed / sizeof(std::max_align_t) + 1);
  }
  return std::nullopt;
}

} // namespace reeve::os
