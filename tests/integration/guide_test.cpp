// SPDX-License-Identifier: Apache-2.0
// The examples of docs/guide.md, typed in as they are written there. Only the folder /srv/shop and the port 8080 are
// others here, and the agent has an instance and a state folder of its own. Needs Debian's python3.
#include "tests/integration/reeve_command.hpp"
#include "tests/lint/markdown.hpp"
#include "tests/support/agent_process.hpp"
#include "tests/support/free_port.hpp"

#include "reeve/base/strings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <memory>
#include <random>
#include <sstream>

namespace reeve::test {
namespace {

constexpr const char* python = "/usr/bin/python3";
constexpr std::string_view configuration = "/srv/shop/reeve.toml";

// "..." stands for anything within a line, and blanks for any number of them.
bool matches(std::string_view line, std::string_view pattern) {
  while (!pattern.empty()) {
    if (pattern.starts_with("...")) {
      pattern.remove_prefix(3);
      for (std::size_t i = 0; i <= line.size(); ++i)
        if (matches(line.substr(i), pattern)) return true;
      return false;
    }
    if (pattern.front() == ' ') {
      if (!line.starts_with(' ')) return false;
      line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      pattern.remove_prefix(std::min(pattern.find_first_not_of(' '), pattern.size()));
      continue;
    }
    if (line.empty() || line.front() != pattern.front()) return false;
    line.remove_prefix(1);
    pattern.remove_prefix(1);
  }
  return line.empty();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    out.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
  return out;
}

struct typed {
  std::string command;
  std::vector<std::string> shown; // empty: nothing is said of it
};

std::vector<typed> commands_of(const std::string& console) {
  std::vector<typed> out;
  for (const std::string& line : lines_of(console)) {
    if (line.starts_with("$ "))
      out.push_back({line.substr(2), {}});
    else if (!out.empty())
      out.back().shown.push_back(line);
  }
  return out;
}

class guide : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(python))
      GTEST_SKIP() << python << " is not installed (Debian's package python3)";
    // The shell lines are written for a path without blanks.
    shop_ = std::filesystem::temp_directory_path() / cat("reeve-guide-", std::random_device{}());
    std::filesystem::create_directories(shop_);
  }
  void TearDown() override {
    agent_.reset();
    background_.clear();
    if (!shop_.empty()) std::filesystem::remove_all(shop_);
  }

  void work_through(const std::string& heading) {
    const auto blocks = lint::code_blocks(lint::text_of_file("docs/guide.md"), heading);
    ASSERT_GE(blocks.size(), 2u) << "no example under " << heading;
    for (const lint::code_block& block : blocks) {
      if (block.language != "console") {
        keep(here(block.text));
        continue;
      }
      for (const typed& t : commands_of(here(block.text))) {
        ASSERT_NO_FATAL_FAILURE(type(t)) << t.command << "\n" << (agent_ ? agent_->log() : "");
      }
    }
  }

 private:
  std::string here(std::string text) const {
    const auto replace = [&](std::string_view what, const std::string& by) {
      for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    };
    replace("/srv/shop", shop_.string());
    replace("8080", std::to_string(port_));
    return text;
  }

  // "# FILE" is its first line.
  void keep(const std::string& text) {
    const std::string file = text.substr(2, text.find('\n') - 2);
    ASSERT_TRUE(file.starts_with(shop_.string() + "/")) << file;
    if (file == here(std::string(configuration)))
      options_.plugins = text;
    else
      write_file(file, text);
  }

  void type(const typed& t) {
    if (t.command == here("export REEVE_CONFIG=" + std::string(configuration))) return;
    if (t.command == "reeve run &") {
      auto started = agent_process::start(options_);
      ASSERT_TRUE(started) << started.error().message;
      agent_ = std::move(*started);
      std::filesystem::create_symlink(agent_->config_file(), here(std::string(configuration)));
      return;
    }
    if (t.command.ends_with(" &")) {
      auto started = child::start(shell(cat("exec ", t.command.substr(0, t.command.size() - 2))));
      ASSERT_TRUE(started) << started.error().message;
      background_.push_back(std::move(*started));
      ASSERT_TRUE(
          wait_until([&] { return run_reeve("port", {std::to_string(port_)}).exit_code == 4; }, long_bound))
          << background_.back().output();
      return;
    }
    std::string answer;
    const auto try_it = [&] {
      const auto ended = run(shell(t.command), long_bound);
      answer = ended ? ended->output : ended.error().message;
      return ended && ended->exit_code == 0 && (t.shown.empty() || is_shown(lines_of(answer), t.shown));
    };
    // One that says nothing here does something, once; others are asked until what is shown has come about.
    EXPECT_TRUE(t.shown.empty() ? try_it() : wait_until(try_it, long_bound)) << t.command << "\n" << answer;
  }
  static bool is_shown(const std::vector<std::string>& answer, const std::vector<std::string>& shown) {
    const auto any = [&](const std::string& pattern) {
      return std::any_of(answer.begin(), answer.end(),
                         [&](const auto& line) { return matches(line, pattern); });
    };
    return answer.size() >= shown.size() && std::all_of(shown.begin(), shown.end(), any);
  }

  child_options shell(const std::string& command) {
    child_options how;
    how.program = "/bin/sh";
    how.arguments = {"-c", cat(reeve_function(), command)};
    how.output_file = shop_ / cat(".output ", ++outputs_);
    if (agent_) how.environment = {{"REEVE_CONFIG", agent_->config_file().string()}};
    return how;
  }
  // `audit` reads files; the others ask the agent, which is not the default instance here.
  std::string reeve_function() const {
    if (!agent_) return {};
    return cat("reeve() { verb=$1; shift; case $verb in audit) set -- \"$@\";; *) set -- \"$@\" --instance ",
               agent_->instance(), ";; esac; '", reeve_program().string(), "' $verb \"$@\"; }\n");
  }

  std::filesystem::path shop_;
  std::uint16_t port_ = free_port();
  int outputs_ = 0;
  agent_options options_;
  std::unique_ptr<agent_process> agent_;
  std::list<child> background_;
};

TEST(guide_lines, are_compared) {
  EXPECT_TRUE(matches("web   running  12  -", "web running ... -"));
  EXPECT_FALSE(matches("web   blocked  12  -", "web running ... -"));
  EXPECT_FALSE(matches("web   running  12  - more", "web running ... -"));
  EXPECT_FALSE(matches("webrunning", "web running"));
}

TEST_F(guide, a_leak_is_restarted) {
  work_through("## A leak: restart it");
}

TEST_F(guide, the_holder_of_a_port_is_stopped) {
  work_through("## A port is taken: stop who holds it");
}

TEST_F(guide, a_program_that_is_not_well_is_restarted_and_then_stopped) {
  work_through("## It runs but is not well: step by step");
}

} // namespace
} // namespace reeve::test
