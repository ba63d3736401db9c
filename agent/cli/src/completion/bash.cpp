// SPDX-License-Identifier: Apache-2.0
#include "completion/command_model.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::cli {

namespace {

std::string all_names(const std::vector<option_model>& options) {
  std::string out;
  for (const option_model& o : options)
    for (const std::string& name : o.names)
      out += cat(out.empty() ? "" : " ", name);
  return out;
}

// What to offer for a value, as one shell command.
std::string offer(value_kind kind, const std::vector<std::string>& words, bool list) {
  switch (kind) {
  case value_kind::file:
    return "_reeve_paths -f";
  case value_kind::folder:
    return "_reeve_paths -d";
  case value_kind::words:
    return cat(list ? "_reeve_list '" : "_reeve_words '", joined(words, " "), "'");
  case value_kind::none:
  case value_kind::free:
    break;
  }
  return ":";
}

} // namespace

std::string bash_completion(const command_model& command) {
  std::string out = cat("# bash completion of ", command.program, ". Load it:  source <(", command.program,
                        " completion bash)\n");
  out += R"(_reeve_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_reeve_list() { # words joined by commas: only the last one is completed
  local before=
  [[ $cur == *,* ]] && before=${cur%,*},
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${cur##*,}")
  compopt -o nospace
}
_reeve_paths() {
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames
}
_reeve() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb= i
  COMPREPLY=()
  # Bash splits --option=value at the sign.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then
      verb=${COMP_WORDS[i]}
      break
    fi
  done
  case $verb:$previous in
)";
  for (const verb_model& v : command.verbs)
    for (const option_model& o : v.options) {
      if (o.value == value_kind::none) continue;
      std::string pattern;
      for (const std::string& name : o.names)
        pattern += cat(pattern.empty() ? "" : "|", v.name, ":", name);
      out += cat("  ", pattern, ") ", offer(o.value, o.words, o.list), "; return ;;\n");
    }
  out += "  esac\n  case $verb in\n";
  std::vector<std::string> verbs;
  for (const verb_model& v : command.verbs)
    verbs.push_back(v.name);
  out += cat("  '') _reeve_words '", joined(verbs, " "), " ", all_names(command.options), "' ;;\n");
  for (const verb_model& v : command.verbs) {
    out += cat("  ", v.name, ") ");
    const std::string options = cat("_reeve_words '", all_names(v.options), "'");
    if (v.positional == value_kind::none || v.positional == value_kind::free)
      out += options;
    else
      out += cat("if [[ $cur == -* ]]; then ", options, "; else ",
                 offer(v.positional, v.positional_words, false), "; fi");
    out += " ;;\n";
  }
  return out + cat("  esac\n}\ncomplete -F _reeve ", command.program, "\n");
}

} // namespace reeve::cli
