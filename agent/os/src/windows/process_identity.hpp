// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/process_id.hpp"
#include "windows/unique_handle.hpp"

namespace reeve::os {

// Of a handle with PROCESS_QUERY_LIMITED_INFORMATION; all 0 where it cannot be read.
process_id identity_of(HANDLE process) noexcept;

// With PROCESS_QUERY_LIMITED_INFORMATION, SYNCHRONIZE and `more`. Nothing when that very process is gone, or refuses.
unique_handle open_process(const process_id& id, DWORD more) noexcept;

bool has_ended(HANDLE process) noexcept;

} // namespace reeve::os
