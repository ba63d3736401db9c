// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace reeve::os::parse {

// Appends UTF-16 as UTF-8; a surrogate without its partner becomes U+FFFD. Windows allows such names.
void append_utf16(std::string& out, std::u16string_view text);

// As above, of at most `max_bytes` bytes, cut at a character boundary.
void append_utf16(std::string& out, std::u16string_view text, std::size_t max_bytes);

} // namespace reeve::os::parse
