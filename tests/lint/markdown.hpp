// SPDX-License-Identifier: Apache-2.0
// Reads as much Markdown as the tests of the documentation need.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reeve::lint {

using table_row = std::vector<std::string>; // cells without their surrounding blanks

// The body rows of every table of the section that begins with the line `heading` ("## Metrics") and ends before the next
// heading of the same or a higher level. Empty when there is no such section.
std::vector<table_row> table_rows(std::string_view text, std::string_view heading);

struct code_block {
  std::string language; // what follows the first three backticks
  std::string text;
};
// Those of the section that begins with the line `heading`, in order.
std::vector<code_block> code_blocks(std::string_view text, std::string_view heading);

// What stands between backticks, in order.
std::vector<std::string> code_in(std::string_view cell);

// Targets of [text](target), in order, those in code blocks left out.
std::vector<std::string> link_targets(std::string_view text);

// Fails the running test when the file cannot be read.
std::string text_of_file(const std::string& path_from_root);

} // namespace reeve::lint
