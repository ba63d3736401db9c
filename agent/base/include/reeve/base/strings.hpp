// SPDX-License-Identifier: Apache-2.0
// Text as users write it and as the outside world hands it over. Pure functions.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace reeve {

// Appends `text` as valid UTF-8 of at most `max_bytes` bytes, cut at a character boundary. Every maximal invalid
// sequence becomes one U+FFFD (Unicode 15, section 3.9, "substitution of maximal subparts").
void append_utf8(std::string& out, std::string_view text, std::size_t max_bytes);
bool is_utf8(std::string_view text) noexcept;

// "250ms", "10s", "1m30s", "2h", "1d"; units ns us ms s m h d; a bare number is refused because its unit is unsaid.
result<nanoseconds> parse_duration(std::string_view text);
std::string format_duration(nanoseconds value); // the shortest form that parse_duration reads back

// The candidate nearest to `word` (Levenshtein distance at most a third of its length, at least 1), or empty.
std::string_view did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

// Concatenation without a format string: cat("port ", 80, " is taken").
namespace detail {
void append_piece(std::string& out, std::string_view piece);
void append_piece(std::string& out, long long piece);
void append_piece(std::string& out, unsigned long long piece);
void append_piece(std::string& out, double piece);
} // namespace detail

template <class T>
void append_to(std::string& out, const T& piece) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>)
    detail::append_piece(out, std::string_view(piece));
  else if constexpr (std::is_same_v<T, char>)
    out.push_back(piece);
  else if constexpr (std::is_floating_point_v<T>)
    detail::append_piece(out, static_cast<double>(piece));
  else if constexpr (std::is_signed_v<T>)
    detail::append_piece(out, static_cast<long long>(piece));
  else
    detail::append_piece(out, static_cast<unsigned long long>(piece));
}

template <class... T>
std::string cat(const T&... pieces) {
  std::string out;
  (append_to(out, pieces), ...);
  return out;
}

} // namespace reeve
