// SPDX-License-Identifier: Apache-2.0
#include "log_line.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <optional>

namespace reeve {

namespace {

// Escaped, a byte becomes at most six: a component and a message always fit into the longest line.
constexpr std::size_t longest_value_bytes = 2048;
constexpr std::size_t longest_name_bytes = 64;
constexpr std::string_view hex_digits = "0123456789abcdef";

void append_unicode_escape(std::string& out, unsigned code) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += hex_digits[code >> shift & 0xF];
}

// The character at the start of `text` if it could move the cursor, break the line or turn the direction of
// what follows. `length` is its bytes, 1 when there is none.
std::optional<unsigned> unsafe_character(std::string_view text, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  length = 1;
  if (byte(0) < 0x20 || byte(0) == 0x7F) return byte(0);
  if (byte(0) == 0xC2 && byte(1) <= 0x9F) {
    length = 2;
    return byte(1);
  }
  if (byte(0) == 0xE2 && (byte(1) == 0x80 || byte(1) == 0x81)) {
    const unsigned code = 0x2000u | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
        (code >= 0x2066 && code <= 0x2069)) {
      length = 3;
      return code;
    }
  }
  return std::nullopt;
}

// `text` is valid UTF-8. `quoted`: quotation marks and backslashes are escaped too.
void append_escaped(std::string& out, std::string_view text, bool quoted, bool json) {
  while (!text.empty()) {
    std::size_t length = 1;
    const std::optional<unsigned> code = unsafe_character(text, length);
    if (!code) {
      if (quoted && (text[0] == '"' || text[0] == '\\')) out += '\\';
      out += text[0];
    } else if (*code == '\n') {
      out += "\\n";
    } else if (*code == '\r') {
      out += "\\r";
    } else if (*code == '\t') {
      out += "\\t";
    } else if (json || *code > 0x7F) {
      append_unicode_escape(out, *code);
    } else {
      out += cat("\\x", hex_digits[*code >> 4], hex_digits[*code & 0xF]);
    }
    text.remove_prefix(length);
  }
}

std::string valid(std::string_view text, std::size_t max_bytes = longest_value_bytes) {
  std::string out;
  append_utf8(out, text, max_bytes);
  return out;
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t length = 1;
    if (text[i] == ' ' || text[i] == '"' || text[i] == '=' || unsafe_character(text.substr(i), length))
      return true;
  }
  return false;
}

std::string safe_key(std::string_view key) {
  std::string out(key.substr(0, longest_name_bytes));
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  std::ranges::replace_if(
      out, [&](char c) { return !allowed(c); }, '_');
  return out.empty() ? "_" : out;
}

void append_json_text(std::string& out, const std::string& text) {
  out += '"';
  append_escaped(out, text, true, true);
  out += '"';
}

void append_text_value(std::string& out, const std::string& text) {
  if (!needs_quotes(text)) {
    out += text;
    return;
  }
  out += '"';
  append_escaped(out, text, true, false);
  out += '"';
}

// A field that would make the line too long is left out whole, so that the line stays well-formed.
bool append_if_short(std::string& out, const std::string& piece) {
  if (out.size() + piece.size() > longest_line_bytes) return false;
  out += piece;
  return true;
}

std::string json_body(log_level level, const std::string& component, const std::string& message,
                      std::initializer_list<log_field> fields) {
  std::string out = cat("\"level\":\"", name_of(level), "\",\"component\":");
  append_json_text(out, component);
  out += ",\"message\":";
  append_json_text(out, message);
  bool any = false;
  for (const log_field& field : fields) {
    std::string piece = cat(any ? "," : ",\"fields\":{", "\"", safe_key(field.key), "\":");
    append_json_text(piece, valid(field.value));
    any = append_if_short(out, piece) || any;
  }
  if (any) out += '}';
  return out;
}

std::string text_body(log_level level, const std::string& component, const std::string& message,
                      std::initializer_list<log_field> fields) {
  std::string out = name_of(level);
  std::ranges::transform(out, out.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  out.resize(6, ' ');
  append_escaped(out, component, false, false);
  out += ": ";
  append_escaped(out, message, false, false);
  for (const log_field& field : fields) {
    std::string piece = cat(" ", safe_key(field.key), "=");
    append_text_value(piece, valid(field.value));
    append_if_short(out, piece);
  }
  return out;
}

} // namespace

log_line make_line(bool json, log_level level, std::string_view component, std::string_view message,
                   std::initializer_list<log_field> fields) {
  const auto body = json ? json_body : text_body;
  return {level, body(level, valid(component, longest_name_bytes), valid(message), fields)};
}

finished_line finish_line(bool json, const log_line& line, nanoseconds unix_time, std::uint64_t repeated) {
  finished_line out;
  if (json) {
    out.text = cat("{\"time\":\"", format_utc(unix_time), "\",", line.body);
    if (repeated) out.text += cat(",\"repeated\":", repeated);
    out.text += '}';
    return out;
  }
  out.text = cat(format_utc(unix_time), " ");
  out.level_begin = out.text.size();
  out.level_end = out.level_begin + line.body.find(' ');
  out.text += line.body;
  if (repeated) out.text += cat(" repeated=", repeated);
  return out;
}

} // namespace reeve
