// SPDX-License-Identifier: Apache-2.0
// "10MB": an amount of bytes. KB, MB, GB and TB are powers of 1000; KiB, MiB, GiB and TiB of 1024; B is one
// byte.
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace reeve::config {

result<std::uint64_t> parse_size(std::string_view text);
std::string
format_size(std::uint64_t bytes); // with the largest unit that loses nothing; parse_size reads it back

} // namespace reeve::config
