// SPDX-License-Identifier: Apache-2.0
// Which processes were asked for. Pure.
#pragma once

#include "reeve/os/process_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::cli {

// The whole text against a pattern with * (any text) and ? (one byte). Case of ASCII letters does not matter.
bool matches_glob(std::string_view text, std::string_view pattern) noexcept;
// A pattern without * and ? matches any text that contains it.
bool matches_name(std::string_view text, std::string_view pattern) noexcept;

// Each list is alternatives; all lists that are not empty must agree.
struct process_filter {
  std::vector<std::uint32_t> pids;
  std::vector<std::string> names;    // matches_name()
  std::vector<std::string> users;    // whole, or what follows DOMAIN\; case does not matter
  std::vector<std::string> commands; // contained in the command line

  bool empty() const noexcept { return pids.empty() && names.empty() && users.empty() && commands.empty(); }
  os::process_fields needed() const noexcept;
  bool accepts(const os::process_rows& rows, const os::process_row& row) const;
};

} // namespace reeve::cli
