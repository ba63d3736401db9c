// SPDX-License-Identifier: Apache-2.0
#include "completion/command_model.hpp"

#include "reeve/base/strings.hpp"

#include <string_view>

namespace reeve::cli {

namespace {

// One word of zsh. Inside a specification of _arguments the marks []: have a meaning of their own.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text)
    if (c == '\'')
      out += "'\\''";
    else
      out.push_back(c);
  return out + "'";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string action(value_kind kind, const std::vector<std::string>& words, bool list) {
  switch (kind) {
  case value_kind::none:
    return {};
  case value_kind::file:
    return ":file:_files";
  case value_kind::folder:
    return ":folder:_files -/";
  case value_kind::words:
    return cat(list ? ":value:_values -s , value " : ":value:(", joined(words, " "), list ? "" : ")");
  case value_kind::free:
    break;
  }
  return ":value: ";
}

std::string specifications(const std::vector<option_model>& options) {
  std::string out;
  for (const option_model& o : options)
    for (const std::string& name : o.names) {
      const bool takes_value = o.value != value_kind::none;
      const std::string_view sign = !takes_value ? "" : name.starts_with("--") ? "=" : "+";
      out += cat(" \\\n        ", quoted(cat("*", name, sign, "[", escaped(o.description), "]",
                                             action(o.value, o.words, o.list))));
    }
  return out;
}

} // namespace

std::string zsh_completion(const command_model& command) {
  std::string out = cat("#compdef ", command.program, "\n# Load it:  source <(", command.program,
                        " completion zsh)   or put it as _", command.program, " into a folder of $fpath.\n");
  out += "_reeve() {\n  local context state state_descr line\n  typeset -A opt_args\n  _arguments -C" +
         specifications(command.options);
  out += " \\\n        '1: :->verb' '*:: :->rest'\n  case $state in\n  verb)\n    local -a verbs=(\n";
  for (const verb_model& v : command.verbs)
    out += cat("      ", quoted(cat(v.name, ":", v.description)), "\n");
  out += "    )\n    _describe verb verbs\n    ;;\n  rest)\n    case $words[1] in\n";
  for (const verb_model& v : command.verbs) {
    out += cat("    ", v.name, ")\n      _arguments", specifications(v.options));
    if (v.positional != value_kind::none)
      out += cat(" \\\n        ", quoted("1" + action(v.positional, v.positional_words, false)));
    out += "\n      ;;\n";
  }
  out += "    esac\n    ;;\n  esac\n}\n";
  // Autoloaded from $fpath the file is the function's body; sourced it only defines it.
  return out + cat("if [[ ${funcstack[1]} == _", command.program,
                   " ]]; then\n  _reeve \"$@\"\nelse\n  compdef _reeve ", command.program, "\nfi\n");
}

} // namespace reeve::cli
