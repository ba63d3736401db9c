// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/config/webhook_settings.hpp"

#include <string_view>

namespace reeve::config {

// invalid_argument with a message that says what is wrong, for behind "KEY: ".
result<label_matcher> parse_label_matcher(std::string_view text);

} // namespace reeve::config
