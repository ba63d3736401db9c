// SPDX-License-Identifier: Apache-2.0
// A record as journald's native protocol has it (systemd.io/JOURNAL_NATIVE_PROTOCOL). Pure, the same on every system.
#pragma once

#include "record.hpp"

#include <string>
#include <string_view>

namespace reeve::eventlog_writer {

// What a datagram, or a memory file in its place, holds.
std::string journal_entry(const record& r, std::string_view identifier);

// "KEY=value\n"; a value with a line break goes by its length instead: "KEY\n", 64 bits little endian, value, "\n".
void append_journal_field(std::string& out, std::string_view key, std::string_view value);

// REEVE_KEY: letters, digits and underscores, at most 64 bytes. A key that would hide one of this plugin's own becomes
// REEVE_FIELD_KEY.
std::string journal_key(std::string_view key);

// Of syslog: 2 (critical) to 7 (debug).
int priority_of(std::uint32_t severity) noexcept;

} // namespace reeve::eventlog_writer
