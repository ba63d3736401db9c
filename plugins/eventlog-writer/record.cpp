// SPDX-License-Identifier: Apache-2.0
#include "record.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace reeve::eventlog_writer {

namespace {

constexpr std::array<const char*, 6> severities{"trace", "debug", "info", "warn", "error", "fatal"};

std::string text_of(reeve_str s) {
  return s.ptr ? std::string(s.ptr, s.len) : std::string();
}

std::string value_of(const reeve_field& f) {
  switch (f.vtype) {
  case REEVE_T_STR:
    return text_of(f.v.str);
  case REEVE_T_I64:
    return std::to_string(f.v.i64);
  case REEVE_T_U64:
    return std::to_string(f.v.u64);
  case REEVE_T_F64:
    return std::to_string(f.v.f64);
  case REEVE_T_BOOL:
    return f.v.i64 ? "true" : "false";
  default:
    return {};
  }
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", byte);
      out += hex.data();
    }
  }
}

} // namespace

record record_of(const reeve_event& e) {
  record r;
  r.severity = e.severity;
  r.id = static_cast<std::uint16_t>(std::clamp<std::uint32_t>(e.id, 1, 65535));
  r.unix_ns = e.time_unix_ns;
  r.seq = e.seq;
  r.source = text_of(e.source);
  r.name = text_of(e.name);
  r.message = text_of(e.message);
  const char* at = reinterpret_cast<const char*>(e.fields);
  for (std::uint32_t i = 0; i < e.n_fields; ++i, at += e.field_stride) {
    const auto& f = *reinterpret_cast<const reeve_field*>(at);
    r.fields.emplace_back(text_of(f.key), value_of(f));
  }
  return r;
}

const char* severity_name(std::uint32_t severity) noexcept {
  return severities[std::min<std::size_t>(severity, severities.size() - 1)];
}

int severity_from(std::string_view name) noexcept {
  const auto found = std::find(severities.begin(), severities.end(), name);
  return found == severities.end() ? -1 : static_cast<int>(found - severities.begin());
}

std::string utc_time(std::int64_t unix_ns) {
  using namespace std::chrono;
  const sys_time<nanoseconds> time{nanoseconds(unix_ns)};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<microseconds>(time - day)};
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return out.data();
}

std::string_view cut(std::string_view text, std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end);
}

std::string one_line(const record& r, std::size_t max_bytes) {
  std::string out;
  append_escaped(out, r.message);
  out += " [";
  append_escaped(out, r.source);
  out += ' ';
  append_escaped(out, r.name);
  for (const auto& [key, value] : r.fields) {
    out += ' ';
    append_escaped(out, key);
    out += '=';
    append_escaped(out, value);
  }
  out += ']';
  return std::string(cut(out, max_bytes));
}

std::string full_text(const record& r) {
  std::string out = r.message;
  out += "\n\nEvent: " + r.name + "\nSource: " + r.source;
  for (const auto& [key, value] : r.fields)
    out += "\n" + key + ": " + value;
  return out;
}

} // namespace reeve::eventlog_writer
