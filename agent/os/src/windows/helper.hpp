// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace reeve::os {

inline constexpr const wchar_t* handle_names_argument = L"--helper=handle-names";

// This program's own path, when its main can be started as a helper (reeve/os/helper.hpp); empty when not.
std::wstring own_helper_program();

} // namespace reeve::os
