// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <string>
#include <string_view>

namespace reeve::cli {

// What a running agent answers, without the line "ok" before it; what it says against the request is errc::failed. See
// reeve/app/control_requests.hpp.
result<std::string> ask_agent(const std::string& instance, std::string_view request);

} // namespace reeve::cli
