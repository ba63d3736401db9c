// SPDX-License-Identifier: Apache-2.0
// The columns of `reeve ps`: what each needs read and how it shows it. Pure.
#pragma once

#include "ps/process_list.hpp"
#include "ps/text_table.hpp"

#include "reeve/base/clock.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::cli {

struct column_context {
  const os::process_rows& rows;
  const cpu_shares* shares = nullptr; // null: no interval was measured
  nanoseconds unix_now{0};
  bool tree = false;
  bool utf8 = false; // for the tree's lines
};

struct process_column {
  std::string_view key; // as in --columns
  std::string_view title;
  std::string_view meaning;
  os::process_fields fields; // that it shows
  bool right = false;
  std::size_t widest = 0;
  cell (*show)(const column_context& context, const list_line& line);
};

std::span<const process_column> all_process_columns() noexcept;
const process_column* find_process_column(std::string_view key) noexcept; // null: there is none
// Those shown when none are chosen, fewer on a narrow terminal so that name and command line have room; width 0: no
// terminal. `cpu` needs an interval and is left out without one.
std::vector<const process_column*> default_process_columns(bool with_shares, std::size_t width);

std::string render_processes(const column_context& context, std::span<const process_column* const> columns,
                             const std::vector<list_line>& lines, const table_style& style);

} // namespace reeve::cli
