// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "windows/system_information.hpp"
#include "windows/windows.hpp"

namespace reeve::os {

// What parse/windows_process_info reads.
class process_list : public system_information {
 public:
  process_list() noexcept : system_information(SystemProcessInformation, "the process list") {}
};

} // namespace reeve::os
