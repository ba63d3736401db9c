// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <string>

namespace reeve::os {

// WM_CLOSE to every visible top-level window of the processes in that job, without waiting for what they make of it. Only
// those on this process's own desktop are seen. unsupported: there is none.
result<> close_windows(const std::wstring& job_name);

} // namespace reeve::os
