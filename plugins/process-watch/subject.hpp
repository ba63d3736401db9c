// SPDX-License-Identifier: Apache-2.0
// What rules and names are told of one process. Views into the table; valid as long as the table is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::process_watch {

struct subject {
  std::string_view name;
  std::string_view executable; // the texts below are empty where they could not be read
  std::string_view command_line;
  std::string_view user;
  std::uint32_t pid = 0;
  std::int64_t start_unix_ns = 0;
  bool has_start_time = false;
};

// The part after the last separator of either system.
std::string_view base_name(std::string_view path) noexcept;

// "2024-05-01T08:30:00Z"
std::string utc_text(std::int64_t unix_ns);

// `text` as a label may hold it: valid UTF-8 (what is not becomes U+FFFD) of at most 256 bytes. Two names
// that look alike as labels are alike here, so that a group is one series and not two that overwrite each
// other.
std::string label_text(std::string_view text);
// The same for a name, which must not be empty: an empty label is no label.
std::string name_label(std::string_view text);

// A named group of a regular expression and what it took.
struct capture {
  std::string name;
  std::string text;
};
using captures = std::vector<capture>;

} // namespace reeve::process_watch
