// SPDX-License-Identifier: Apache-2.0
// One [[group]] of the configuration: whom it takes, and what its group is called.
#pragma once

#include "name_template.hpp"
#include "pattern.hpp"
#include "subject.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reeve::process_watch {

struct rule {
  name_template name;
  // A process must satisfy every kind that is given. Of a list of texts any one, of command_line_regex all.
  std::vector<std::string> process;
  std::unique_ptr<const pattern> process_regex;
  std::vector<std::string> executable; // with a separator the whole path, otherwise its last part
  std::unique_ptr<const pattern> executable_regex;
  std::vector<std::unique_ptr<const pattern>> command_line_regex;
  std::vector<std::string> user;

  bool include_children = false;
  bool per_process = false;
  std::uint32_t max_processes = 0; // members of one group with series of their own

  // Appends to `taken` only when it matches and the name uses captures.
  bool matches(const subject& s, captures& taken) const;
};

} // namespace reeve::process_watch
