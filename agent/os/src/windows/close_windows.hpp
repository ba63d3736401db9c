// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reeve::os {

// WM_CLOSE to every visible top-level window of these processes, or of those in that job, without waiting for what they make
// of it. Only those on this process's own desktop are seen. unsupported: there is none.
result<> close_windows(std::vector<std::uint32_t> processes);
result<> close_windows(const std::wstring& job_name);

} // namespace reeve::os
