// SPDX-License-Identifier: Apache-2.0
// What the plugin handle-leak of a running agent suspects: it has watched for longer than anyone wants to wait.
#pragma once

#include "leaks/machine_watch.hpp"

#include "reeve/base/result.hpp"

#include <string>
#include <string_view>

namespace reeve::cli {

// not_found: no agent serves that instance, or it has no handle-leak that has sampled.
result<watch_report> ask_for_suspects(const std::string& instance);

// From the plugin's samples in the text format 0.0.4; what is not known is left out.
result<watch_report> parse_suspects(std::string_view text);

} // namespace reeve::cli
