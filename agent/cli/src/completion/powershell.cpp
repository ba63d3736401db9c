// SPDX-License-Identifier: Apache-2.0
#include "completion/command_model.hpp"

#include "reeve/base/strings.hpp"

#include <string_view>

namespace reeve::cli {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

// A tool tip must not be empty, or CompletionResult's constructor throws.
std::string pair(std::string_view word, std::string_view tip) {
  return cat("@(", quoted(word), ", ", quoted(tip.empty() ? word : tip), ")");
}

std::string list(const std::vector<std::string>& pairs) {
  return cat("@(", pairs.size() == 1 ? "," : "", joined(pairs, ", "), ")");
}

std::vector<std::string> names_of(const std::vector<option_model>& options) {
  std::vector<std::string> out;
  for (const option_model& o : options)
    for (const std::string& name : o.names)
      out.push_back(pair(name, o.description));
  return out;
}

} // namespace

std::string powershell_completion(const command_model& command) {
  std::string out = cat("# PowerShell completion of ", command.program, ". Load it:  ", command.program,
                        " completion powershell | Out-String | Invoke-Expression\n");
  std::vector<std::string> start;
  for (const verb_model& v : command.verbs)
    start.push_back(pair(v.name, v.description));
  for (const std::string& name : names_of(command.options))
    start.push_back(name);
  out += cat("Register-ArgumentCompleter -Native -CommandName ", command.program,
             " -ScriptBlock {\n"
             "  param($word, $ast, $cursor)\n  $names = @{\n    '' = ",
             list(start), "\n");
  for (const verb_model& v : command.verbs) {
    std::vector<std::string> offered = names_of(v.options);
    for (const std::string& word : v.positional_words)
      offered.push_back(pair(word, word));
    out += cat("    ", quoted(v.name), " = ", list(offered), "\n");
  }
  // An option with an empty list takes a value that only the user knows; one that is missing here is a flag.
  // For paths nothing is offered, and PowerShell falls back to files by itself.
  out += "  }\n  $values = @{\n";
  for (const verb_model& v : command.verbs)
    for (const option_model& o : v.options) {
      if (o.value == value_kind::none) continue;
      std::vector<std::string> words;
      for (const std::string& word : o.words)
        words.push_back(pair(word, word));
      for (const std::string& name : o.names)
        out += cat("    ", quoted(cat(v.name, " ", name)), " = ", list(words), "\n");
    }
  out += R"ps(  }
  $typed = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.ToString() })
  $verb = @($typed | Select-Object -Skip 1 | Where-Object { $_ -notlike '-*' })[0]
  if ($null -eq $verb) { $verb = '' }
  $key = "$verb $($typed[-1])"
  $offer = if ($values.ContainsKey($key)) { $values[$key] } else { $names[$verb] }
  $offer | Where-Object { $_ -and $_[0] -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
)ps";
  return out;
}

} // namespace reeve::cli
