// SPDX-License-Identifier: Apache-2.0
#include "message_id.hpp"

#include <array>
#include <cstdio>

namespace reeve::eventlog_writer {

std::string fnv1a_128(std::string_view text) {
  // Offset basis and prime (2^88 + 0x13b) of the draft, section 5.
  std::uint64_t high = 0x6c62272e07bb0142, low = 0x62b821756295c58d;
  for (const char c : text) {
    low ^= static_cast<unsigned char>(c);
    // Times the prime: (h << 88) + h * 0x13b, modulo 2^128; the product of 64 by 9 bits in two halves.
    constexpr std::uint64_t small = 0x13b;
    const std::uint64_t lower = (low & 0xffffffff) * small;
    const std::uint64_t upper = (low >> 32) * small + (lower >> 32);
    const std::uint64_t new_low = upper << 32 | (lower & 0xffffffff);
    high = high * small + (upper >> 32) + (low << 24);
    low = new_low;
  }
  std::array<char, 33> out{};
  std::snprintf(out.data(), out.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return out.data();
}

std::string message_id(std::string_view source, std::string_view name, std::uint16_t id) {
  if (source != "agent") return fnv1a_128(std::string(source) + "/" + std::string(name));
  std::array<char, 40> out{};
  std::snprintf(out.data(), out.size(), "8e0b6f4d5a1c4f0e9d3b7a52c6e1%04x", static_cast<unsigned>(id));
  return out.data();
}

} // namespace reeve::eventlog_writer
