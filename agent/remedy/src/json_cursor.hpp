// SPDX-License-Identifier: Apache-2.0
// Reads the JSON that to_line() writes: no blanks, numbers that are plain, no \u beyond ASCII.
#pragma once

#include "reeve/base/text_fields.hpp"

#include <string>
#include <string_view>

namespace reeve::remedy {

void append_json(std::string& out, std::string_view text, std::size_t max_bytes); // in quotes, as valid UTF-8

class json_cursor {
 public:
  explicit json_cursor(std::string_view text) : rest_(text) {}

  bool take(char c) noexcept {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool text(std::string& out);
  template <class T>
  bool number(T& out) noexcept {
    const std::size_t end = rest_.find_first_not_of("0123456789.e+-");
    const std::string_view digits = rest_.substr(0, end);
    rest_.remove_prefix(digits.size());
    return read_number(digits, out);
  }
  // "[a,b]" or "{a,b}", also empty ones: `item` reads one and says whether it could.
  template <class Item>
  bool list(char open, char close, Item item) {
    if (!take(open)) return false;
    if (take(close)) return true;
    do
      if (!item()) return false;
    while (take(','));
    return take(close);
  }
  template <class Member>
  bool object(Member member) {
    return list('{', '}', [&] {
      std::string key;
      return text(key) && take(':') && member(key);
    });
  }
  bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
};

} // namespace reeve::remedy
