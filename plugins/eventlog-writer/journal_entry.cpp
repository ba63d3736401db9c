// SPDX-License-Identifier: Apache-2.0
#include "journal_entry.hpp"

#include "message_id.hpp"

#include <algorithm>
#include <array>

namespace reeve::eventlog_writer {

namespace {
constexpr std::size_t max_key_bytes = 64; // journald drops fields with longer names
} // namespace

void append_journal_field(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  if (value.find('\n') == std::string_view::npos) {
    out += '=';
  } else {
    out += '\n';
    for (std::uint64_t rest = value.size(), i = 0; i < 8; ++i, rest >>= 8)
      out += static_cast<char>(rest & 0xff);
  }
  out += value;
  out += '\n';
}

std::string journal_key(std::string_view key) {
  std::string plain;
  for (const char c : key) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool fits = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    plain += lower ? static_cast<char>(c - 'a' + 'A') : fits ? c : '_';
  }
  static constexpr std::array<std::string_view, 5> own{"EVENT", "EVENT_ID", "SOURCE", "SEQ", "TIME"};
  const bool taken = std::find(own.begin(), own.end(), plain) != own.end();
  return ((taken ? "REEVE_FIELD_" : "REEVE_") + plain).substr(0, max_key_bytes);
}

int priority_of(std::uint32_t severity) noexcept {
  static constexpr std::array<int, 6> priorities{7, 7, 6, 4, 3, 2};
  return priorities[std::min<std::size_t>(severity, priorities.size() - 1)];
}

std::string journal_entry(const record& r, std::string_view identifier) {
  std::string out;
  append_journal_field(out, "MESSAGE", r.message);
  append_journal_field(out, "MESSAGE_ID", message_id(r.source, r.name, r.id));
  append_journal_field(out, "PRIORITY", std::to_string(priority_of(r.severity)));
  append_journal_field(out, "SYSLOG_IDENTIFIER", identifier);
  append_journal_field(out, "REEVE_EVENT", r.name);
  append_journal_field(out, "REEVE_SOURCE", r.source);
  append_journal_field(out, "REEVE_EVENT_ID", std::to_string(r.id));
  append_journal_field(out, "REEVE_TIME", utc_time(r.unix_ns));
  if (r.seq != 0) append_journal_field(out, "REEVE_SEQ", std::to_string(r.seq));
  for (const auto& [key, value] : r.fields)
    append_journal_field(out, journal_key(key), value);
  return out;
}

} // namespace reeve::eventlog_writer
