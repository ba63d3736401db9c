// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "windows/windows.hpp"

#include <string>

namespace reeve::os {

// GetFinalPathNameByHandleW into a string of the right length. False: GetLastError() tells why.
bool final_path(HANDLE file, DWORD flags, std::wstring& out);

} // namespace reeve::os
