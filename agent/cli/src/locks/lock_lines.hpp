// SPDX-License-Identifier: Apache-2.0
// Who holds, locks and waits, line by line. Pure.
#pragma once

#include "ps/text_table.hpp"

#include "reeve/base/process_id.hpp"
#include "reeve/os/file_lock_table.hpp"
#include "reeve/os/process_table.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace reeve::cli {

// Names of processes, where they are still there.
class process_names {
 public:
  process_names() = default;
  explicit process_names(const os::process_rows& rows);
  const os::process_row* find(const process_id& id) const;
  const os::process_rows* rows() const noexcept { return rows_; }

 private:
  const os::process_rows* rows_ = nullptr;
  std::unordered_map<process_id, std::size_t> places_;
};

// A line for each holder of each lock, each waiter, and each opening that has no lock; by file.
std::vector<std::vector<cell>> lock_lines(const os::file_lock_rows& table, const process_names& names);
std::vector<table_column> lock_columns();

std::string range_text(const os::lock_row& row); // "whole", "from 100", "100-199"

} // namespace reeve::cli
