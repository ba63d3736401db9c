// SPDX-License-Identifier: Apache-2.0
// MESSAGE_ID of the journal: 128 bits that say which event this is, whatever its text. Never changed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reeve::eventlog_writer {

// Of the agent's events: 8e0b6f4d5a1c4f0e9d3b7a52c6e1 and the id in four hexadecimal digits. Of a plugin's: FNV-1a of
// 128 bits over "SOURCE/NAME". 32 hexadecimal digits.
std::string message_id(std::string_view source, std::string_view name, std::uint16_t id);

// FNV-1a, 128 bits (Fowler, Noll, Vo: draft-eastlake-fnv), as 32 hexadecimal digits.
std::string fnv1a_128(std::string_view text);

} // namespace reeve::eventlog_writer
