// SPDX-License-Identifier: Apache-2.0
#include "completion/command_model.hpp"

#include "reeve/base/strings.hpp"

#include <string_view>

namespace reeve::cli {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "'";
}

std::string value(value_kind kind, const std::vector<std::string>& words, bool list) {
  switch (kind) {
  case value_kind::none:
    return {};
  case value_kind::file:
    return " -r -F";
  case value_kind::folder:
    return " -x -a '(__fish_complete_directories)'";
  case value_kind::words:
    return list ? cat(" -x -a '(__fish_complete_list , \"printf \\'%s\\\\n\\' ", joined(words, " "), "\")'")
                : cat(" -x -a ", quoted(joined(words, " ")));
  case value_kind::free:
    break;
  }
  return " -x";
}

void add_options(std::string& out, std::string_view start, const std::vector<option_model>& options) {
  for (const option_model& o : options) {
    out += start;
    for (const std::string& name : o.names)
      out += name.starts_with("--") ? cat(" -l ", name.substr(2)) : cat(" -s ", name.substr(1));
    out += cat(value(o.value, o.words, o.list), " -d ", quoted(o.description), "\n");
  }
}

} // namespace

std::string fish_completion(const command_model& command) {
  std::string out = cat("# fish completion of ", command.program, ". Load it:  ", command.program,
                        " completion fish | source\n");
  out += cat("complete -c ", command.program, " -f\n");
  const std::string before_verb = cat("complete -c ", command.program, " -n __fish_use_subcommand");
  add_options(out, before_verb, command.options);
  for (const verb_model& v : command.verbs)
    out += cat(before_verb, " -a ", v.name, " -d ", quoted(v.description), "\n");
  for (const verb_model& v : command.verbs) {
    const std::string in_verb =
        cat("complete -c ", command.program, " -n '__fish_seen_subcommand_from ", v.name, "'");
    add_options(out, in_verb, v.options);
    if (v.positional == value_kind::file || v.positional == value_kind::folder)
      out += in_verb + " -F\n";
    else if (v.positional == value_kind::words)
      out += in_verb + value(v.positional, v.positional_words, false) + "\n";
  }
  return out;
}

} // namespace reeve::cli
