// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "completion/command_model.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace reeve::cli {

namespace {

struct shell {
  const char* name;
  std::string (*script)(const command_model&);
};
constexpr shell shells[] = {{"bash", &bash_completion},
                            {"zsh", &zsh_completion},
                            {"fish", &fish_completion},
                            {"powershell", &powershell_completion}};

} // namespace

void add_completion(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("completion", "Print a script that completes reeve's verbs and options in a shell");
  auto wanted = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const shell& s : shells)
    names.emplace_back(s.name);
  take_one_of(verb->add_option("shell", *wanted, "Which shell")->required(), names);
  verb->footer("Examples:\n  source <(reeve completion bash)\n  reeve completion zsh > ~/.zfunc/_reeve\n"
               "  reeve completion fish > ~/.config/fish/completions/reeve.fish\n"
               "  reeve completion powershell | Out-String | Invoke-Expression");
  verb->callback([wanted, &root, &c] {
    for (const shell& s : shells)
      if (*wanted == s.name) {
        const std::string script = s.script(model_of(root));
        std::fwrite(script.data(), 1, script.size(), stdout);
      }
    c.status = app::exit_ok;
  });
}

} // namespace reeve::cli
