// SPDX-License-Identifier: Apache-2.0
// Programs that write too much, too long, or nothing at all.
#include "tests/integration/torture.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <iostream>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class torture_output_test : public torture {
 protected:
  double resident_bytes() const {
    const auto read = agent_->metrics();
    const auto value = read ? read->value("process_resident_memory_bytes") : std::nullopt;
    EXPECT_TRUE(value);
    return value.value_or(0);
  }
  // The files from the oldest one on; each line is a number of 20 digits, a blank and dots.
  static std::uint64_t count_numbered(const std::filesystem::path& newest) {
    std::uint64_t expected = 0;
    for (int n = 99; n >= 0; --n) {
      const std::filesystem::path file = n == 0 ? newest.string() : newest.string() + "." + std::to_string(n);
      if (!std::filesystem::exists(file)) continue;
      std::ifstream in(file, std::ios::binary);
      for (std::string line; std::getline(in, line); ++expected)
        if (line.compare(0, 21,
                         std::string(20 - std::to_string(expected).size(), '0') + std::to_string(expected) +
                             " ") != 0) {
          ADD_FAILURE() << "line " << expected << " of " << file << " is: " << line;
          return expected;
        }
    }
    return expected;
  }
};

TEST_F(torture_output_test, a_flood_arrives_whole_and_passes_the_agent_by) {
  constexpr std::uint64_t bytes = 400'000'000 / 65536 * 65536;
  begin(managed(
      "flood", "troublemaker", "\"flood\", \"" + std::to_string(bytes) + "\"",
      "restart = \"never\"\nautostart = false\noutput_max_size = \"100MB\"\noutput_max_files = 10\n"));
  const double before = resident_bytes();
  const auto began = std::chrono::steady_clock::now();
  ASSERT_EQ(tell("start", {"flood"}).exit_code, 0);
  double most = before;
  EXPECT_TRUE(wait_until(
      [&] {
        most = std::max(most, resident_bytes());
        return state_of("flood") == "exited";
      },
      4 * long_bound));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << static_cast<double>(bytes) / 1e6 / took.count() << " MB/s, the agent grew by "
            << (most - before) / 1e6 << " MB\n";
  expect_end("flood", {"exited", "exit code 0", ""});
  EXPECT_EQ(count_numbered(folder_of("flood") / "output.log"), bytes / 64);
  EXPECT_TRUE(std::filesystem::exists(folder_of("flood") / "output.log.3"));
  EXPECT_LT(most - before, 20e6) << "of " << bytes << " bytes of output";
}

TEST_F(torture_output_test, no_line_is_lost_when_agents_are_killed_meanwhile) {
  const std::filesystem::path over = folder_ / "over";
  begin(managed("steady", "troublemaker", "\"steady\", '" + over.string() + "'", "restart = \"never\"\n"));
  for (int n = 1; n <= 3; ++n) {
    ASSERT_TRUE(says("steady", "\nline " + std::to_string(n * 100) + "\n"));
    replace_agent(true);
  }
  ASSERT_TRUE(agent_->process().kill());
  ASSERT_TRUE(agent_->process().wait(long_bound));
  ASSERT_TRUE(says("steady", "\nline 500\n")) << "without any agent";
  write_file(over, "");
  ASSERT_TRUE(says("steady", "end "));
  ASSERT_TRUE(agent_->start_again());
  expect_end("steady", {"exited", "exit code 0", ""});
  expect_whole(output_of("steady"), "end ");
}

TEST_F(torture_output_test, one_that_closes_its_output_lives_on_to_its_own_end) {
  const std::filesystem::path go = folder_ / "go";
  begin(managed("mute", "troublemaker", "\"mute\", '" + go.string() + "', \"2\"", "restart = \"never\"\n"));
  ASSERT_TRUE(says("mute", "before\n"));
  replace_agent(true);
  ASSERT_TRUE(reaches("mute", "running"));
  write_file(go, "");
  expect_end("mute", {"exited", "exit code 2", ""});
  EXPECT_EQ(output_of("mute"), "before\n");
}

TEST_F(torture_output_test, the_last_words_of_one_that_ends_at_once_are_there_each_time) {
  begin(managed("brief", "bystander", "\"lines\", \"3\"",
                "restart_delay = \"1ms\"\nrestart_delay_max = \"1ms\"\ngive_up_after = 20\n"));
  expect_end("brief", {"given_up", "exit code 0", ""});
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += "line 0\nline 1\nline 2\n";
  EXPECT_EQ(output_of("brief"), all);
}

} // namespace
} // namespace reeve::test
