// SPDX-License-Identifier: Apache-2.0
#include "suggestion.hpp"

#include "completion/command_model.hpp"

#include "reeve/base/strings.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <vector>

namespace reeve::cli {

namespace {

std::string sentence(std::string_view what, std::string_view word,
                     const std::vector<std::string_view>& known) {
  const std::string_view near = did_you_mean(word, known);
  return near.empty() ? cat("there is no ", what, " \"", word, "\"")
                      : cat("there is no ", what, " \"", word, "\"; did you mean \"", near, "\"?");
}

} // namespace

std::string unknown_word(const CLI::App& root, std::span<const char* const> arguments) {
  const command_model command = model_of(root);
  const auto is_option = [](std::string_view word) { return word.size() > 1 && word.front() == '-'; };
  const auto first = std::find_if_not(arguments.begin(), arguments.end(), is_option);
  const std::vector<option_model>* options = &command.options;
  if (first != arguments.end()) {
    std::vector<std::string_view> verbs;
    for (const verb_model& v : command.verbs)
      verbs.push_back(v.name);
    const auto verb = std::find_if(command.verbs.begin(), command.verbs.end(),
                                   [&](const verb_model& v) { return v.name == *first; });
    if (verb == command.verbs.end()) return sentence("verb", *first, verbs);
    options = &verb->options;
  }
  std::vector<std::string_view> names;
  for (const option_model& o : *options)
    names.insert(names.end(), o.names.begin(), o.names.end());
  // Options before the verb are the program's own, which are few; the ones after it are the verb's.
  const auto begin = first == arguments.end() ? arguments.begin() : first + 1;
  for (auto at = begin; at != arguments.end(); ++at) {
    const std::string_view word = std::string_view(*at).substr(0, std::string_view(*at).find('='));
    if (word == "--") break;
    if (word.starts_with("--") && std::find(names.begin(), names.end(), word) == names.end())
      return sentence("option", word, names);
  }
  return {};
}

} // namespace reeve::cli
