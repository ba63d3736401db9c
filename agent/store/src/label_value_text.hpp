// SPDX-License-Identifier: Apache-2.0
// From what the outside calls something to what stands between the quotes of a label.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reeve::store {

// Valid UTF-8 of at most `max_bytes` bytes, cut at a character boundary, then escaped as both exposition
// formats ask. NUL becomes U+FFFD: Prometheus' lexer takes it for the end of the exposition and fails the
// scrape (model/textparse/promlex.l).
void append_label_value(std::string& out, std::string_view value, std::size_t max_bytes);

// The same care for text that is escaped later.
std::string clean_text(std::string_view text, std::size_t max_bytes);

} // namespace reeve::store
