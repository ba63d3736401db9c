// SPDX-License-Identifier: Apache-2.0
// Real processes, a real agent and `reeve leaks` beside it, in the same two minutes: of 121 processes one leaks a
// descriptor a second. It is named, and nobody else.
#include "tests/support/agent_process.hpp"
#include "tests/support/child.hpp"
#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class processes {
 public:
  std::int64_t start(std::vector<std::string> arguments) {
    child_options how;
    how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("descriptors");
    how.arguments = std::move(arguments);
    how.input = child_stdin::held_open;
    how.output_file = folder_ / cat("output ", all_.size());
    all_.push_back(child::start(how).value());
    return all_.back().pid();
  }
  bool are_ready() const {
    for (const child& c : all_)
      if (c.output().find("ready") == std::string::npos) return false;
    return true;
  }

 private:
  temp_dir folder_;
  std::vector<child> all_;
};

std::size_t suspects_beside(const exposition& e, const std::string& pid) {
  std::size_t out = 0;
  for (const exposed_sample& s : e.samples)
    if (e.families[s.family].name == "reeve_leak_suspected" && s.value == 1 && s.label("pid") != pid) ++out;
  return out;
}

TEST(leaks_of_real_processes, the_leaker_is_named_within_two_minutes_and_nobody_else) {
  agent_options options;
  options.plugins = "[plugin.handle-leak]\ninterval = \"1s\"\ninclude = [\"descriptors*\"]\n";
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  processes all;
  for (int i = 0; i < 60; ++i)
    all.start({"still", cat(3 + i)});
  for (int i = 0; i < 60; ++i) // teeth of 1 to 40 seconds
    all.start({"sawtooth", cat(100 + 37 * (i % 12)), cat(10 + 13 * (i % 6))});
  const std::string leaker = cat(all.start({"leak", "1000"}));
  ASSERT_TRUE(wait_until([&] { return all.are_ready(); }, long_bound));

  const temp_dir folder;
  child_options how;
  how.program = std::filesystem::path(REEVE_BIN_DIR) / executable_name("reeve");
  how.arguments = {"leaks", "--for", "115s", "--interval", "1s", "--name", "descriptors*", "--json"};
  how.output_file = folder / "output";
  auto command = child::start(how);
  ASSERT_TRUE(command) << command.error().message;

  std::optional<exposition> last;
  const bool named = wait_until(
      [&] {
        auto e = (*agent)->metrics();
        if (!e) return false;
        last = std::move(*e);
        EXPECT_EQ(suspects_beside(*last, leaker), 0u);
        for (const exposed_sample& s : last->samples)
          if (last->families[s.family].name == "reeve_leak_suspected" && s.value == 1 &&
              s.label("pid") == leaker && s.label("resource") == "handles")
            return true;
        return false;
      },
      120s, 1s);
  EXPECT_TRUE(named);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->value("reeve_leak_watched_processes"), 121);
  EXPECT_THAT((*agent)->log(), HasSubstr("is suspected to leak handles"));

  const auto status = command->wait(120s);
  EXPECT_EQ(status, 4) << command->output();
  const std::string output = command->output();
  const boost::json::value report = boost::json::parse(output.substr(0, output.rfind("\n}") + 2));
  bool handles = false;
  for (const boost::json::value& s : report.at("suspects").as_array()) {
    EXPECT_EQ(cat(s.at("pid").to_number<std::int64_t>()), leaker) << output;
    if (s.at("resource").as_string() != "handles") continue; // the files' buffers leak with them
    handles = true;
    EXPECT_EQ(s.at("kind"), "file") << output;
    EXPECT_NEAR(s.at("slope_per_second").to_number<double>(), 1, 0.2);
  }
  EXPECT_TRUE(handles) << output;
  const auto at_the_end = (*agent)->metrics();
  ASSERT_TRUE(at_the_end);
  EXPECT_EQ(suspects_beside(*at_the_end, leaker), 0u);
}

} // namespace
} // namespace reeve::test
