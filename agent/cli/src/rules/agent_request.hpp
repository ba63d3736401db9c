// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <string>
#include <string_view>

namespace reeve::cli {

// What a running agent answers to rules_verb and this, see reeve/app/control_requests.hpp.
result<std::string> ask_about_rules(const std::string& instance, std::string_view request);

} // namespace reeve::cli
