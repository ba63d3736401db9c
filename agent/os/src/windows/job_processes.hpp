// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "windows/unique_handle.hpp"

#include <cstdint>
#include <vector>

namespace reeve::os {

// The pids in a job. `job` has JOB_OBJECT_QUERY.
std::vector<std::uint32_t> processes_in(HANDLE job);

// Nothing when that process has ended, or is in no such job.
unique_handle open_in_job(HANDLE job, std::uint32_t pid);

} // namespace reeve::os
