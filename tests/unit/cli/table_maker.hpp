// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/os/process_table.hpp"

#include <string_view>

namespace reeve::test {

class table_maker {
 public:
  // The row is there until the next one is added; without `ppid` its parent is unknown.
  os::process_row& add(std::uint32_t pid, std::uint64_t start, std::string_view name) {
    os::process_row& row = rows.rows.emplace_back();
    row.id = {pid, start};
    row.name = text(name);
    return row;
  }
  os::process_row& child(std::uint32_t pid, std::uint64_t start, std::string_view name, std::uint32_t ppid) {
    os::process_row& row = add(pid, start, name);
    row.ppid = ppid;
    give(row, os::process_field::parent);
    return row;
  }
  os::text_ref text(std::string_view t) {
    const auto offset = static_cast<std::uint32_t>(rows.text.size());
    rows.text += t;
    return {offset, static_cast<std::uint32_t>(t.size())};
  }
  static void give(os::process_row& row, os::process_field field) { row.present = row.present | field; }
  void user(os::process_row& row, std::string_view name) {
    row.user = text(name);
    give(row, os::process_field::user);
  }
  void command(os::process_row& row, std::string_view line) {
    row.command_line = text(line);
    give(row, os::process_field::command_line);
  }

  os::process_rows rows;
};

} // namespace reeve::test
