// SPDX-License-Identifier: Apache-2.0
// Hashes for flat_index: quick, mixed down to the low bits, never stored outside the process.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace reeve::store {

inline std::uint32_t mix(std::uint64_t value) noexcept {
  value *= 0x9E37'79B9'7F4A'7C15u;
  value ^= value >> 32;
  value *= 0xD6E8'FEB8'6659'FD93u;
  return static_cast<std::uint32_t>(value >> 32);
}

inline std::uint32_t hash_pair(std::uint32_t high, std::uint32_t low) noexcept {
  return mix(std::uint64_t{high} << 32 | low);
}

inline std::uint32_t hash_text(std::string_view text) noexcept {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t state = left;
  std::uint64_t word = 0;
  for (; left >= sizeof word; at += sizeof word, left -= sizeof word) {
    std::memcpy(&word, at, sizeof word);
    state = (state ^ word) * 0x9FB2'1C65'1E98'DF25u;
    state ^= state >> 32;
  }
  word = 0;
  if (left) std::memcpy(&word, at, left);
  return mix(state ^ word);
}

} // namespace reeve::store
