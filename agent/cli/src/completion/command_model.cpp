// SPDX-License-Identifier: Apache-2.0
#include "completion/command_model.hpp"

#include "choices.hpp"

#include "reeve/base/strings.hpp"

#include <CLI/CLI.hpp>

namespace reeve::cli {

namespace {

value_kind kind_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return value_kind::none;
  if (!words_of(option).empty()) return value_kind::words;
  const std::string type = option.get_type_name();
  if (type.starts_with("FILE")) return value_kind::file;
  if (type.starts_with("DIR")) return value_kind::folder;
  return value_kind::free;
}

void add_options(const CLI::App& app, std::vector<option_model>& out) {
  for (const CLI::Option* o : app.get_options()) {
    option_model one;
    for (const std::string& name : o->get_snames())
      one.names.push_back("-" + name);
    for (const std::string& name : o->get_lnames())
      one.names.push_back("--" + name);
    if (one.names.empty() || o->get_group().empty()) continue; // a positional, a hidden one
    one.description = o->get_description();
    one.value = kind_of(*o);
    one.words = words_of(*o);
    one.list = o->get_delimiter() == ',';
    out.push_back(std::move(one));
  }
}

} // namespace

command_model model_of(const CLI::App& root) {
  command_model out;
  out.program = root.get_name();
  add_options(root, out.options);
  for (const CLI::App* verb : root.get_subcommands([](const CLI::App*) { return true; })) {
    verb_model one;
    one.name = verb->get_name();
    one.description = verb->get_description();
    add_options(*verb, one.options);
    for (const CLI::Option* o : verb->get_options())
      if (o->get_positional() && one.positional_words.empty()) { // a word of a closed set stands first
        one.positional = kind_of(*o);
        one.positional_words = words_of(*o);
      }
    out.verbs.push_back(std::move(one));
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words)
    out += cat(out.empty() ? "" : between, word);
  return out;
}

} // namespace reeve::cli
