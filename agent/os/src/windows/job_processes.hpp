// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "windows/unique_handle.hpp"

#include <cstdint>
#include <vector>

namespace reeve::os {

// The pids in a job. `job` has JOB_OBJECT_QUERY.
std::vector<std::uint32_t> processes_in(HANDLE job);

// With PROCESS_QUERY_LIMITED_INFORMATION and SYNCHRONIZE. Nothing when that process has ended, is in no such job, or
// refuses: GetLastError() is ERROR_ACCESS_DENIED then.
unique_handle open_in_job(HANDLE job, std::uint32_t pid);

} // namespace reeve::os
