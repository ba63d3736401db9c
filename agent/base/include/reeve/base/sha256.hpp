// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace reeve {

// FIPS 180-4, as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

} // namespace reeve
