// SPDX-License-Identifier: Apache-2.0
// Managed processes that misbehave, and what must be true of each of them at its end.
#pragma once

#include "tests/integration/managed_processes.hpp"

#include "tests/support/marked_processes.hpp"
#include "tests/support/process_habits.hpp"

#include <algorithm>
#include <random>
#include <sstream>

namespace reeve::test {

class torture : public managed_processes {
 protected:
  static std::string program(const char* name) {
    return (std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name(name)).string();
  }
  // A [[process]] of a test program; `words`: between the brackets of args.
  static std::string managed(const std::string& name, const char* of, const std::string& words,
                             const std::string& more = {}) {
    return "[[process]]\nname = \"" + name + "\"\ncommand = '" + program(of) + "'\nargs = [" + words + "]\n" +
           more;
  }
  // Killed soon after it was asked, with time enough for the kill on a busy machine.
  static std::string killed_soon() {
    return "stop_timeout = \"20s\"\nstop = [" + std::string(habits.asking) + ", timeout = \"300ms\" }]\n";
  }
  static std::string asked(const std::string& timeout) {
    return "stop_timeout = \"" + timeout + "\"\nstop = [" + habits.asking + " }]\n";
  }

  // All that this agent starts inherits a variable by which it is found.
  void begin(const std::string& processes) { start(processes, {{"REEVE_TORTURE", mark_}}); }

  std::filesystem::path folder_of(const std::string& name) const {
    return agent_->state_folder() / agent_->instance() / "processes" / name;
  }
  // What it wrote, without carriage returns.
  std::string output_of(const std::string& name) const {
    const auto file = folder_of(name) / "output.log";
    if (!std::filesystem::exists(file)) return {};
    std::string text = read_file(file);
    std::erase(text, '\r');
    return text;
  }
  bool says(const std::string& name, const std::string& text) const {
    return wait_until([&] { return output_of(name).find(text) != std::string::npos; }, long_bound);
  }
  // Everything but the agent: keepers, programs, and what those left behind.
  std::vector<std::int64_t> living() const {
    std::vector<std::int64_t> out = marked_processes("REEVE_TORTURE", mark_);
    std::erase(out, agent_->process().pid());
    return out;
  }

  // The state that it got into, how its program ended last and why it failed, and that no process is left of it.
  struct ending {
    std::string state, last_end, failure;
  };
  void expect_end(const std::string& name, const ending& wanted) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(reaches(name, wanted.state)) << state_of(name);
    const boost::json::object s = status_of(name);
    if (s.empty()) return;
    const auto text = [&](const char* key) {
      return s.at(key).is_null() ? std::string() : std::string(s.at(key).as_string());
    };
    EXPECT_EQ(text("last_end"), wanted.last_end);
    EXPECT_EQ(text("failure"), wanted.failure);
    EXPECT_TRUE(s.at("pid").is_null());
    expect_nothing_left();
  }
  void expect_nothing_left() const {
    // The keeper itself ends right after it has told so.
    EXPECT_TRUE(wait_until([&] { return living().empty(); }, long_bound)) << living().size() << " live on";
  }
  // "line 0", "line 1" and on, and nothing else but the last line.
  static void expect_whole(const std::string& text, const std::string& last) {
    std::istringstream lines(text);
    std::string line;
    long n = 0;
    while (std::getline(lines, line) && line == "line " + std::to_string(n))
      ++n;
    EXPECT_EQ(line, last + std::to_string(n));
    EXPECT_FALSE(std::getline(lines, line)) << "more after it: " << line;
  }

  const std::string mark_ = std::to_string(std::random_device{}()) + "-" + std::to_string(own_pid());
};

} // namespace reeve::test
