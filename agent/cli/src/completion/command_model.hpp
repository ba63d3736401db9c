// SPDX-License-Identifier: Apache-2.0
// The command line as data: what a completion script has to know. Read from the parser itself, so that it
// cannot lag.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace reeve::cli {

enum class value_kind : unsigned char { none, file, folder, words, free }; // none: a flag

struct option_model {
  std::vector<std::string> names; // "-s", "--sort"
  std::string description;
  value_kind value = value_kind::none;
  std::vector<std::string> words; // value_kind::words
  bool list = false;              // words may be joined by commas
};

struct verb_model {
  std::string name, description;
  std::vector<option_model> options;
  value_kind positional = value_kind::none;
  std::vector<std::string> positional_words;
};

struct command_model {
  std::string program;
  std::vector<verb_model> verbs;
  std::vector<option_model> options; // that stand before the verb
};

command_model model_of(const CLI::App& root);

std::string bash_completion(const command_model& command);
std::string zsh_completion(const command_model& command);
std::string fish_completion(const command_model& command);
std::string powershell_completion(const command_model& command);

// "a b c"
std::string joined(const std::vector<std::string>& words, std::string_view between);

} // namespace reeve::cli
