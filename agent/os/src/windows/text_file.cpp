// SPDX-License-Identifier: Apache-2.0
#include "windows/text_file.hpp"

#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <algorithm>

namespace reeve::os {

namespace {

constexpr std::size_t max_bytes = 4 * 1024 * 1024;
constexpr std::size_t step = 4096;

} // namespace

std::uint32_t read_text_file(std::string_view path, std::string& out) {
  constexpr DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  const unique_handle file(CreateFileW(to_utf16(path).c_str(), GENERIC_READ, share, nullptr, OPEN_EXISTING,
                                       FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file) return GetLastError();
  if (GetFileType(file.get()) != FILE_TYPE_DISK) return ERROR_INVALID_PARAMETER;
  out.clear();
  for (;;) {
    if (out.size() >= max_bytes) return ERROR_FILE_TOO_LARGE;
    const std::size_t before = out.size();
    out.resize(before + std::max(step, before));
    DWORD got = 0;
    const BOOL read =
        ReadFile(file.get(), out.data() + before, static_cast<DWORD>(out.size() - before), &got, nullptr);
    const DWORD problem = read ? 0 : GetLastError();
    out.resize(before + got);
    if (problem != 0) return problem;
    if (got == 0) return 0;
  }
}

} // namespace reeve::os
