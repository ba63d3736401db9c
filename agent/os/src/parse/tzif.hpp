// SPDX-License-Identifier: Apache-2.0
// A compiled file of the time zone database: RFC 8536, tzfile(5). No system header: built and tested everywhere.
#pragma once

#include "reeve/os/time_zone.hpp"

#include <cstddef>
#include <span>

namespace reeve::os::parse {

inline constexpr std::size_t largest_tzif_bytes = 1u << 20; // those of today have 4 KB at most

// Nothing is read past the end. Refused are version 1, which no zic writes since 2014 and which knows nothing after 2037, and
// files with leap seconds ("right/"), whose times are no UTC.
result<time_zone> parse_tzif(std::span<const std::byte> file);

} // namespace reeve::os::parse
