// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace reeve::perf_counter {

// Fit for a label: every invalid sequence becomes U+FFFD, and it is cut at 256 bytes, between characters. Appends.
void append_label(std::string& out, std::string_view text);

} // namespace reeve::perf_counter
