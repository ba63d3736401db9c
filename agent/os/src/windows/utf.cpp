// SPDX-License-Identifier: Apache-2.0
#include "windows/utf.hpp"

#include "windows/windows.hpp"

namespace reeve::os {

std::wstring to_utf16(std::string_view text) {
  std::wstring out;
  if (text.empty()) return out;
  const int size = static_cast<int>(text.size());
  out.resize(static_cast<std::size_t>(MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0)));
  MultiByteToWideChar(CP_UTF8, 0, text.data(), size, out.data(), static_cast<int>(out.size()));
  return out;
}

} // namespace reeve::os
