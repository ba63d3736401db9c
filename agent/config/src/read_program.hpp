// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/strings.hpp"
#include "reeve/config/problem_list.hpp"
#include "reeve/config/settings.hpp"
#include "reeve/config/table_reader.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace reeve::config {

// The keys that [[process]] and [[job]] have in common. `example` is a name for the hint.
void read_program(table_reader& in, std::string_view example, problem_list& problems, program_settings& out);

// Processes and jobs are called by name on one command line.
template <class T>
void refuse_same_name(table_reader& in, std::string_view kind, const std::vector<T>& others,
                      std::string_view name) {
  if (name.empty()) return;
  const auto same = std::ranges::find(others, name, &program_settings::name);
  if (same != others.end())
    in.problem("name", cat(" is \"", name, "\", as that of the ", kind, " at ", same->where.file, ":",
                           same->where.line));
}

} // namespace reeve::config
