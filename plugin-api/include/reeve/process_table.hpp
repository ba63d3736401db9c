// SPDX-License-Identifier: Apache-2.0
// C++20 helpers over reeve/process_table.h, header only.
#pragma once

#include "reeve/process_table.h"
#include "reeve/table.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace reeve::sdk {

using process_table = table<reeve_process_table, reeve_process_rows>;

// Names of processes by identity, from the process table of one tick.
class process_names {
 public:
  void fill(const reeve_process_rows& rows) {
    names_.clear();
    if (rows.n_rows != 0 && rows.row_stride < sizeof(reeve_process_row)) return;
    for (std::uint32_t i = 0; i < rows.n_rows; ++i) {
      const reeve_process_row& row = row_at(rows.rows, rows.row_stride, i);
      const reeve_text name = row.name;
      if (name.offset > rows.text_length || name.length > rows.text_length - name.offset) continue;
      names_[row.pid] = {row.start, {rows.text + name.offset, name.length}};
    }
  }
  // Empty: it has gone, or the pid is another process by now. Valid during the sample.
  std::string_view of(std::uint32_t pid, std::uint64_t start) const {
    const auto found = names_.find(pid);
    return found != names_.end() && found->second.start == start ? found->second.name : std::string_view();
  }

 private:
  struct entry {
    std::uint64_t start = 0;
    std::string_view name;
  };
  std::unordered_map<std::uint32_t, entry> names_;
};

} // namespace reeve::sdk
