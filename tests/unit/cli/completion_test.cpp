// SPDX-License-Identifier: Apache-2.0
// The scripts are judged by the shells themselves: each is loaded and asked to complete.
#include "completion/command_model.hpp"
#include "verb.hpp"

#include "reeve/base/strings.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

namespace reeve::cli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Not;
using words = std::vector<std::string>;

class completion : public testing::Test {
 protected:
  completion() : root_("x", "reeve") {
    root_.require_subcommand(1);
    add_run(root_, context_);
    add_check_config(root_, context_);
    add_ps(root_, context_);
    add_locks(root_, context_);
    add_completion(root_, context_);
    add_leaks(root_, context_);
    add_eventlog(root_, context_);
    add_rules(root_, context_);
    add_service(root_, context_);
    add_audit(root_, context_);
    test::write_file(folder_ / "reeve one.toml", "x");
    fs::create_directory(folder_ / "reeve folder");
  }

  static std::string find(const char* shell) {
    for (const char* folder : {"/bin/", "/usr/bin/", "/usr/local/bin/"})
      if (fs::exists(folder + std::string(shell))) return folder + std::string(shell);
    return {};
  }

  // What the shell prints, line by line.
  words lines_of(const std::string& program, words arguments) {
    test::child_options how;
    how.program = program;
    how.arguments = std::move(arguments);
    how.working_directory = folder_.path();
    how.output_file = folder_ / ".output";
    how.environment = {{"HOME", folder_.path().string()}, {"TERM", "dumb"}, {"LC_ALL", "C.UTF-8"}};
    const auto ended = test::run(how, std::chrono::seconds(60));
    EXPECT_TRUE(ended) << ended.error().message;
    words out;
    if (!ended) return out;
    EXPECT_EQ(ended->exit_code, 0) << ended->output;
    std::istringstream text(ended->output);
    for (std::string line; std::getline(text, line);)
      out.push_back(line);
    fs::remove(how.output_file);
    return out;
  }

  CLI::App root_;
  context context_;
  test::temp_dir folder_;
};

TEST_F(completion, the_model_is_the_parsers) {
  const command_model m = model_of(root_);
  ASSERT_EQ(m.verbs.size(), 10u);
  const verb_model& ps = m.verbs[2];
  EXPECT_EQ(ps.name, "ps");
  const auto option = [&](const char* name) -> const option_model& {
    for (const option_model& o : ps.options)
      for (const std::string& n : o.names)
        if (n == name) return o;
    throw std::runtime_error(name);
  };
  EXPECT_EQ(option("--tree").value, value_kind::none);
  EXPECT_EQ(option("--name").value, value_kind::free);
  EXPECT_EQ(option("--sort").value, value_kind::words);
  EXPECT_THAT(option("-s").words, Contains("threads"));
  EXPECT_FALSE(option("--sort").list);
  EXPECT_TRUE(option("--columns").list);
  EXPECT_EQ(m.verbs[0].options[1].value, value_kind::file); // run --config
  EXPECT_EQ(m.verbs[1].positional, value_kind::file);       // check-config FILE
  EXPECT_EQ(m.verbs[3].positional, value_kind::file);       // locks FILE
  EXPECT_THAT(m.verbs[4].positional_words, ElementsAre("bash", "zsh", "fish", "powershell"));
  EXPECT_THAT(m.verbs[6].positional_words, ElementsAre("install", "uninstall", "status"));
  EXPECT_THAT(m.verbs[8].positional_words, ElementsAre("install", "uninstall", "start", "stop", "status"));
  EXPECT_THAT(m.verbs[7].positional_words, ElementsAre("check", "eval", "explain", "list", "test"));
  for (const option_model& o : m.verbs[0].options)
    EXPECT_THAT(o.names, Not(Contains("--service"))) << "run has it for the service manager alone";
}

class in_bash : public completion {
 protected:
  void SetUp() override {
    bash_ = find("bash");
    if (bash_.empty()) GTEST_SKIP() << "bash is not installed";
    test::write_file(folder_ / ".script", bash_completion(model_of(root_)));
  }
  // `typed` as bash splits it into words; the last one is being completed.
  words complete(const words& typed) {
    std::string line = "compopt() { :; }; source ./.script; COMP_WORDS=(";
    for (const std::string& word : typed)
      line += cat("'", word, "' ");
    line += cat("); COMP_CWORD=", typed.size() - 1,
                "; _reeve; ((${#COMPREPLY[@]})) && printf '%s\\n' \"${COMPREPLY[@]}\"; true");
    return lines_of(bash_, {"--norc", "-c", line});
  }
  std::string bash_;
};

TEST_F(in_bash, verbs_and_options) {
  EXPECT_THAT(complete({"reeve", ""}), IsSupersetOf({"run", "check-config", "ps", "completion", "--help"}));
  EXPECT_THAT(complete({"reeve", "ch"}), ElementsAre("check-config"));
  EXPECT_THAT(complete({"reeve", "ps", "--re"}), ElementsAre("--reverse"));
  EXPECT_THAT(complete({"reeve", "run", "--"}), AllOf(Contains("--config"), Not(Contains("--tree"))));
}

TEST_F(in_bash, words_of_a_closed_set) {
  EXPECT_THAT(complete({"reeve", "ps", "--sort", "h"}), ElementsAre("handles"));
  EXPECT_THAT(complete({"reeve", "ps", "-s", "c"}), ElementsAre("cpu"));
  EXPECT_THAT(complete({"reeve", "ps", "--sort", "=", "cp"}), ElementsAre("cpu"));
  EXPECT_THAT(complete({"reeve", "ps", "--sort", "="}), Contains("cpu"));
  EXPECT_THAT(complete({"reeve", "ps", "--columns", "pid,na"}), ElementsAre("pid,name"));
  EXPECT_THAT(complete({"reeve", "completion", "f"}), ElementsAre("fish"));
  EXPECT_THAT(complete({"reeve", "leaks", "--resource", "th"}), ElementsAre("threads"));
  EXPECT_THAT(complete({"reeve", "eventlog", ""}), ElementsAre("install", "uninstall", "status"));
  EXPECT_THAT(complete({"reeve", "eventlog", "u"}), ElementsAre("uninstall"));
  EXPECT_THAT(complete({"reeve", "rules", "e"}), ElementsAre("eval", "explain"));
  EXPECT_THAT(complete({"reeve", "audit", "--result", "giv"}), ElementsAre("given_up"));
  EXPECT_THAT(complete({"reeve", "service", "st"}), ElementsAre("start", "stop", "status"));
  EXPECT_THAT(complete({"reeve", "service", "install", "--pr"}), ElementsAre("--program", "--print"));
}

TEST_F(in_bash, paths_where_a_path_belongs) {
  EXPECT_THAT(complete({"reeve", "run", "--config", "ree"}),
              AllOf(Contains("reeve one.toml"), Contains("reeve folder")));
  EXPECT_THAT(complete({"reeve", "run", "--plugin-dir", "ree"}), ElementsAre("reeve folder"));
  EXPECT_THAT(complete({"reeve", "check-config", "reeve o"}), ElementsAre("reeve one.toml"));
  EXPECT_THAT(complete({"reeve", "check-config", "--js"}), ElementsAre("--json"));
  EXPECT_THAT(complete({"reeve", "leaks", "--trace", "reeve o"}), ElementsAre("reeve one.toml"));
  EXPECT_THAT(complete({"reeve", "locks", "ree"}),
              AllOf(Contains("reeve one.toml"), Contains("reeve folder")));
  EXPECT_THAT(complete({"reeve", "locks", "--ma"}), ElementsAre("--mapped"));
}

TEST_F(in_bash, nothing_for_a_value_that_only_the_user_knows) {
  EXPECT_THAT(complete({"reeve", "ps", "--name", ""}), ElementsAre());
}

TEST_F(completion, fish_completes) {
  const std::string fish = find("fish");
  if (fish.empty()) GTEST_SKIP() << "fish is not installed";
  test::write_file(folder_ / ".script", fish_completion(model_of(root_)));
  const auto complete = [&](const std::string& typed) {
    words out;
    for (const std::string& line :
         lines_of(fish, {"-N", "-c", cat("source ./.script; complete -C '", typed, "'")}))
      out.push_back(line.substr(0, line.find('\t')));
    return out;
  };
  EXPECT_THAT(complete("reeve "), IsSupersetOf({"run", "check-config", "ps", "completion"}));
  EXPECT_THAT(complete("reeve ch"), ElementsAre("check-config"));
  EXPECT_THAT(complete("reeve ps --re"), ElementsAre("--reverse"));
  EXPECT_THAT(complete("reeve run --re"), ElementsAre());
  EXPECT_THAT(complete("reeve ps --sort h"), ElementsAre("handles"));
  EXPECT_THAT(complete("reeve ps --columns pid,na"), ElementsAre("pid,name"));
  EXPECT_THAT(complete("reeve completion po"), ElementsAre("powershell"));
  EXPECT_THAT(complete("reeve eventlog st"), ElementsAre("status"));
  EXPECT_THAT(complete("reeve run --config ree"), Contains("reeve one.toml"));
  EXPECT_THAT(complete("reeve run --plugin-dir ree"), ElementsAre("reeve folder/"));
  EXPECT_THAT(complete("reeve ps --name ree"), ElementsAre());
}

// zsh completes only in an interactive shell: one is run on a pseudo terminal, and what it would insert is
// printed.
TEST_F(completion, zsh_completes) {
  const std::string zsh = find("zsh");
  if (zsh.empty()) GTEST_SKIP() << "zsh is not installed";
  test::write_file(folder_ / ".script", zsh_completion(model_of(root_)));
  test::write_file(folder_ / ".complete", R"(zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT= RPROMPT=; autoload -Uz compinit; compinit -u -d ./.dump; source ./.script; setopt rc_quotes"
zpty -w shell 'compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
  typeset -a __hits
  builtin compadd -A __hits "$@"
  local __prefix="$IPREFIX"
  for hit in $__hits; do print -r -- "hit:$__prefix$hit:"; done
  builtin compadd "$@"
}'
zpty -w shell 'bindkey "^I" complete-word; zle -C complete-word complete-word reeve-complete; reeve-complete() { _main_complete; print -r -- "hit-end:"; compstate[insert]= compstate[list]= }'
zpty -w shell 'print -r -- ready"":'
zpty -r -m shell out '*ready:*'
zpty -w -n shell "$1"$'\t'
zpty -r -m shell out '*hit-end:*'
for line in ${(f)out}; do
  line=${line%$'\r'}
  [[ $line == *hit:*: ]] && print -r -- ${${line##*hit:}%:}
done
zpty -d shell
)");
  const auto complete = [&](const std::string& typed) { return lines_of(zsh, {"-f", "./.complete", typed}); };
  EXPECT_THAT(complete("reeve ch"), Contains("check-config"));
  EXPECT_THAT(complete("reeve "), IsSupersetOf({"run", "check-config", "ps", "completion"}));
  EXPECT_THAT(complete("reeve ps --re"), Contains("--reverse"));
  EXPECT_THAT(complete("reeve run --re"), ElementsAre());
  EXPECT_THAT(complete("reeve ps --sort h"), Contains("handles"));
  EXPECT_THAT(complete("reeve completion po"), Contains("powershell"));
}

// No PowerShell to ask here: only what would break its syntax is looked for.
TEST_F(completion, powershell_text_is_quoted) {
  command_model m;
  m.program = "reeve";
  m.verbs.push_back({"lock",
                     "Runs a command under a file's lock",
                     {{{"--file"}, "", value_kind::file, {}, false}},
                     {},
                     {}});
  const std::string script = powershell_completion(m);
  EXPECT_NE(script.find("@('lock', 'Runs a command under a file''s lock')"), std::string::npos) << script;
  EXPECT_NE(script.find("@('--file', '--file')"), std::string::npos) << script;
  EXPECT_NE(script.find("'lock --file' = @()"), std::string::npos) << script;
}

} // namespace
} // namespace reeve::cli
