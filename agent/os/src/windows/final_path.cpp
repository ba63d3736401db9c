// SPDX-License-Identifier: Apache-2.0
#include "windows/final_path.hpp"

namespace reeve::os {

bool final_path(HANDLE file, DWORD flags, std::wstring& out) {
  out.resize(512);
  for (;;) {
    const DWORD length = GetFinalPathNameByHandleW(file, out.data(), static_cast<DWORD>(out.size()), flags);
    if (length == 0) return false;
    if (length < out.size()) {
      out.resize(length);
      return true;
    }
    out.resize(std::size_t{length} + 1);
  }
}

} // namespace reeve::os
