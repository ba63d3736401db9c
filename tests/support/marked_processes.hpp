// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace reeve::test {

// The processes of this machine whose environment has NAME=VALUE, as they got it when they were started; both in ASCII.
// Those that have ended are none, nor what the system starts for them on Windows, as the host of a console.
std::vector<std::int64_t> marked_processes(std::string_view name, std::string_view value);

} // namespace reeve::test
