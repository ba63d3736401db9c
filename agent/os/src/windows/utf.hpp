// SPDX-License-Identifier: Apache-2.0
// UTF-8 inside, UTF-16 only in the call.
#pragma once

#include "parse/utf16.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace reeve::os {

static_assert(sizeof(wchar_t) == sizeof(char16_t));

// wchar_t and char16_t are different types of the same units; a copy keeps the aliasing rules.
inline void append_utf8(std::string& out, std::wstring_view text,
                        std::size_t max_bytes = static_cast<std::size_t>(-1)) {
  parse::append_utf16(out, std::u16string(text.begin(), text.end()), max_bytes);
}
inline std::string to_utf8(std::wstring_view text) {
  std::string out;
  append_utf8(out, text);
  return out;
}

// Invalid bytes become U+FFFD.
std::wstring to_utf16(std::string_view text);

} // namespace reeve::os
