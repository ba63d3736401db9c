// SPDX-License-Identifier: Apache-2.0
// Which lines are shown, and in which order. Pure.
#pragma once

#include "ps/process_filter.hpp"

#include "reeve/base/process_id.hpp"
#include "reeve/os/process_table.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reeve::cli {

enum class sort_key : unsigned char { pid, name, cpu, memory, handles, threads, start, io };

// Share of one processor since an earlier reading, in percent. A process that was not there then is left out.
using cpu_shares = std::unordered_map<process_id, double>;
cpu_shares cpu_shares_between(const os::process_rows& earlier, const os::process_rows& later, double seconds);

struct list_options {
  process_filter filter;
  sort_key sort = sort_key::pid;
  bool reverse = false;
  bool tree = false;   // what the filter accepts with all its descendants
  std::size_t top = 0; // at most so many; 0: all. Not with tree
};
os::process_fields needed_fields(const list_options& options) noexcept;

struct list_line {
  const os::process_row* row = nullptr;
  std::size_t depth = 0;        // in a tree; 0: a root of what is shown
  std::vector<bool> last_child; // in a tree, for each level from 1 to depth: is it the last of its siblings?
};

// pid, name and start ascend, the others descend; `reverse` turns that round. What could not be read comes
// last in any case. Equals are in the order of their pids.
std::vector<list_line> list_processes(const os::process_rows& rows, const list_options& options,
                                      const cpu_shares* shares = nullptr);

// "|-- " and the like before a name in a tree; empty for a root.
std::string tree_lines(const list_line& line, bool utf8);

} // namespace reeve::cli
