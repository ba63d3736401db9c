// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/value_tree.hpp"
#include "reeve/config/problem_list.hpp"
#include "reeve/config/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace reeve::config {

struct loaded {
  std::optional<settings> value;    // present only when there are no problems
  std::vector<diagnostic> problems; // by file as read, then by line and column
  std::vector<std::string> files;   // that were read, the main file first; readable or not
  source_texts texts;               // for a problem_list of those who check a plugin's options later
};

// Reads `path` (UTF-8) and, in the order of their names, the files conf.d/*.toml beside it. Tables of several
// files merge, arrays of tables append, any other key given twice is a problem. A syntax error ends the
// reading of its file only. Blocks on the file system; safe from any thread. A file may have 1 MiB.
loaded load(const std::string& path);

// One file that is no configuration, as a table. Nothing, with a problem added, when it cannot be read or is no TOML.
std::optional<value_node> load_tables(const std::string& path, source_texts& texts, problem_list& problems);

} // namespace reeve::config
