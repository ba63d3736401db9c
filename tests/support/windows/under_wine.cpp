// SPDX-License-Identifier: Apache-2.0
#include "tests/support/under_wine.hpp"

#include <windows.h>

namespace reeve::test {

bool under_wine() {
  // Wine's own addition to ntdll: https://wiki.winehq.org/Developer_FAQ, "How can I detect Wine?"
  return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

} // namespace reeve::test
