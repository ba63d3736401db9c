// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace reeve::rules {

namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool begins_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool is_in_name(char c) noexcept {
  return begins_name(c) || is_digit(c);
}
char lower_of(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int digit_of(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char l = lower_of(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : 99;
}

void append_character(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// Prometheus takes what Go's ParseInt does for whole numbers: 010 is 8, and 0x10 is 16.
std::optional<double> whole_number_of(std::string_view digits, int base) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (problem != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return static_cast<double>(value);
}

std::optional<double> number_of(std::string_view written) {
  if (written.size() > 2 && written[0] == '0' && lower_of(written[1]) == 'x')
    return digit_of(written[2]) < 16 ? whole_number_of(written.substr(2), 16) : std::nullopt;
  if (written.size() > 1 && written[0] == '0')
    if (const auto octal = whole_number_of(written, 8)) return octal;
  double value = 0;
  const auto [end, problem] = std::from_chars(written.data(), written.data() + written.size(), value);
  if (end != written.data() + written.size()) return std::nullopt;
  // Too small is nothing; too large is refused, as it is there. from_chars says the same of both.
  if (problem == std::errc::result_out_of_range) {
    value = std::strtod(std::string(written).c_str(), nullptr);
    return std::isinf(value) ? std::nullopt : std::optional(value);
  }
  return problem == std::errc() ? std::optional(value) : std::nullopt;
}

} // namespace

std::string excerpt_of(std::string_view text) {
  constexpr std::size_t longest = 60;
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string valid;
  append_utf8(valid, text, longest);
  std::string out;
  for (const char c : valid) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20 && code != 0x7F)
      out += c;
    else
      out += cat("\\x", digits.substr(code >> 4, 1), digits.substr(code & 15, 1));
  }
  return text.size() > longest ? cat(out, "...") : out;
}

bool is_same_word(std::string_view text, std::string_view lower) noexcept {
  return std::ranges::equal(text, lower, {}, lower_of);
}

bool token::is_word(std::string_view lower) const noexcept {
  return kind == token_kind::name && is_same_word(written, lower);
}

std::optional<std::int64_t> read_duration(std::string_view text) {
  struct unit {
    std::string_view name;
    std::int64_t ms;
  };
  static constexpr std::array<unit, 7> units{{{"y", 31'536'000'000},
                                              {"w", 604'800'000},
                                              {"d", 86'400'000},
                                              {"h", 3'600'000},
                                              {"m", 60'000},
                                              {"s", 1000},
                                              {"ms", 1}}};
  // As in Prometheus, that has durations in nanoseconds.
  constexpr std::int64_t most_ms = std::numeric_limits<std::int64_t>::max() / 1'000'000;
  std::int64_t sum = 0;
  std::size_t next = 0; // the largest unit that may still come
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (problem != std::errc() || !is_digit(text[0])) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    std::size_t length = 0;
    while (length < text.size() && !is_digit(text[length]))
      ++length;
    std::size_t which = next;
    while (which < units.size() && units[which].name != text.substr(0, length))
      ++which;
    if (which == units.size() || count > (most_ms - sum) / units[which].ms) return std::nullopt;
    sum += count * units[which].ms;
    next = which + 1;
    text.remove_prefix(length);
  }
  return sum;
}

void lexer::skip_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else {
      return;
    }
  }
}

bool lexer::next(token& out, expression_problem& problem) {
  skip_blanks();
  out = {};
  out.offset = at_;
  if (at_ == text_.size()) return true;
  const char c = text_[at_];
  if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
    return read_number(out, problem);
  if (c == '"' || c == '\'' || c == '`') return read_text(out, problem);
  if (!begins_name(c)) return read_sign(out, problem);
  const std::size_t from = at_;
  while (at_ < text_.size() && is_in_name(text_[at_]))
    ++at_;
  out.kind = token_kind::name;
  out.written = text_.substr(from, at_ - from);
  return true;
}

bool lexer::read_number(token& out, expression_problem& problem) {
  const std::size_t from = at_;
  const auto peek = [&](std::size_t i) { return i < text_.size() ? text_[i] : '\0'; };
  while ((is_in_name(peek(at_)) && peek(at_) != ':') || peek(at_) == '.') {
    const bool is_hexadecimal = lower_of(peek(from + 1)) == 'x';
    const bool is_exponent = lower_of(peek(at_)) == 'e' && !is_hexadecimal;
    ++at_;
    if (is_exponent && (peek(at_) == '+' || peek(at_) == '-') && is_digit(peek(at_ + 1))) ++at_;
  }
  out.written = text_.substr(from, at_ - from);
  if (const auto number = number_of(out.written)) {
    out.kind = token_kind::number;
    out.number = *number;
    return true;
  }
  if (const auto duration = read_duration(out.written)) {
    out.kind = token_kind::duration;
    out.duration_ms = *duration;
    return true;
  }
  problem = {from, cat("\"", excerpt_of(out.written), "\" is neither a number nor a duration"),
             "a duration is written 90s, 5m or 1h30m, units from the largest down, and is at most 292y"};
  return false;
}

bool lexer::read_text(token& out, expression_problem& problem) {
  const std::size_t from = at_;
  const char quote = text_[at_++];
  out.kind = token_kind::text;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == quote) {
      ++at_;
      out.written = text_.substr(from, at_ - from);
      if (!is_utf8(out.text)) {
        problem = {from, "the string is no valid UTF-8", "no label has such a value"};
        return false;
      }
      if (out.written.find("\xEF\xBF\xBD") == out.written.npos) return true;
      problem = {from, "the string has U+FFFD in it, which stands for what was no valid UTF-8",
                 "write \\ufffd for it"};
      return false;
    }
    if (c == '\n' && quote != '`') break;
    ++at_;
    if (c == '\\' && quote != '`') {
      if (read_escape(quote, out.text)) continue;
      problem = {at_ - 1, "unknown escape in a string", "a backslash itself is written \\\\"};
      return false;
    }
    out.text += c;
  }
  problem = {from, "the string has no end", cat("close it with ", quote)};
  return false;
}

// After the backslash, as in Go, whose strings PromQL has.
bool lexer::read_escape(char quote, std::string& out) {
  if (at_ == text_.size()) return false;
  const char c = text_[at_++];
  static constexpr std::string_view names = "abfnrtv\\", values = "\a\b\f\n\r\t\v\\";
  if (const std::size_t which = names.find(c); which != names.npos) {
    out += values[which];
    return true;
  }
  switch (c) {
  case 'x':
    return read_code(2, 16, true, out);
  case 'u':
    return read_code(4, 16, false, out);
  case 'U':
    return read_code(8, 16, false, out);
  default:
    break;
  }
  if (c >= '0' && c <= '7') {
    --at_;
    return read_code(3, 8, true, out);
  }
  if (c != quote) return false;
  out += c;
  return true;
}

bool lexer::read_code(std::size_t digits, unsigned base, bool is_byte, std::string& out) {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = at_ < text_.size() ? digit_of(text_[at_]) : 99;
    if (digit >= static_cast<int>(base)) return false;
    code = code * base + static_cast<std::uint32_t>(digit);
    ++at_;
  }
  if (is_byte) {
    if (code > 0xFF) return false;
    out += static_cast<char>(code);
    return true;
  }
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
  append_character(out, code);
  return true;
}

bool lexer::read_sign(token& out, expression_problem& problem) {
  static constexpr std::array<std::string_view, 25> signs{"==", "!=", ">=", "<=", "=~", "!~", "+", "-", "*",
                                                          "/",  "%",  "^",  "(",  ")",  "{",  "}", "[", "]",
                                                          ",",  "=",  ">",  "<",  "@",  ":",  ";"};
  for (const std::string_view sign : signs)
    if (text_.substr(at_).starts_with(sign)) {
      out.kind = token_kind::sign;
      out.written = text_.substr(at_, sign.size());
      at_ += sign.size();
      return true;
    }
  std::size_t length = 1;
  while (at_ + length < text_.size() && (static_cast<unsigned char>(text_[at_ + length]) & 0xC0) == 0x80)
    ++length; // the rest of one character
  problem = {at_, cat("unexpected character \"", excerpt_of(text_.substr(at_, length)), "\""), {}};
  return false;
}

} // namespace reeve::rules
