// SPDX-License-Identifier: Apache-2.0
#include "label_text.hpp"

namespace reeve::perf_counter {

namespace {

constexpr std::size_t max_label_bytes = 256;
constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct piece {
  std::size_t length;
  bool valid;
};

// Unicode 15, table 3-7: which bytes may follow which, and section 3.9: how much of a broken sequence is one error.
piece front_of(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned char least = 0x80, most = 0xBF; // of the second byte
  if (lead == 0xE0) least = 0xA0;
  if (lead == 0xED) most = 0x9F;
  if (lead == 0xF0) least = 0x90;
  if (lead == 0xF4) most = 0x8F;
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || at(i) < least || at(i) > most) return {i, false};
    least = 0x80;
    most = 0xBF;
  }
  return {length, true};
}

} // namespace

void append_label(std::string& out, std::string_view text) {
  const std::size_t end = out.size() + max_label_bytes;
  while (!text.empty()) {
    const piece p = front_of(text);
    const std::string_view next = p.valid ? text.substr(0, p.length) : replacement;
    if (out.size() + next.size() > end) break;
    out += next;
    text.remove_prefix(p.length);
  }
}

} // namespace reeve::perf_counter
