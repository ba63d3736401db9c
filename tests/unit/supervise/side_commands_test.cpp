// SPDX-License-Identifier: Apache-2.0
#include "side_commands.hpp"

#include "tests/support/fake_keeper_host.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <set>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;

class fake_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override { return now; }
  nanoseconds unix_time() const noexcept override { return now; }
  nanoseconds now{1h};
};

class side_commands_test : public testing::Test {
 protected:
  // One that an agent that was killed has left at work.
  test::kept_program& left(const std::string& name) {
    test::kept_program& p = kept[at(name)];
    p.is_alive = true;
    p.record.phase = os::keep_phase::running;
    return p;
  }
  std::string at(const std::string& name) const { return folder.path().string() + "/" + name; }
  void run(const std::string& name, const side_commands::done& told) {
    commands.run(folder.path().string(), name, {}, 1min, told);
  }

  const test::temp_dir folder;
  fake_clock time;
  test::kept_programs kept;
  test::fake_keeper_host keepers{kept, time};
  side_commands commands{time, keepers, [](const std::function<void()>& what) { what(); }};
};

// The system groups what is kept by its name, and what it finds again by its folder.
TEST_F(side_commands_test, that_run_at_once_have_folders_and_names_of_their_own) {
  for (int i = 0; i < 3; ++i)
    run("web check", [](const result<process_end>&) {});
  std::set<std::string> names;
  for (const auto& [place, p] : kept) {
    names.insert(p.name);
    EXPECT_TRUE(p.name.starts_with("web check ")) << p.name;
    EXPECT_EQ(place.substr(place.rfind('/') + 1), p.name);
  }
  EXPECT_EQ(names.size(), 3u);
}

TEST_F(side_commands_test, one_that_was_left_is_ended_and_another_runs_beside_it) {
  const test::kept_program& before = left("an action 0");
  std::optional<process_end> end;
  run("an action", [&](const result<process_end>& r) { end = r ? *r : process_end{true, 9}; });
  EXPECT_EQ(before.killed, 1);
  EXPECT_EQ(before.launches, 0);
  ASSERT_TRUE(kept.contains(at("an action 1")));
  end_kept(kept[at("an action 1")], {false, 3}, time.now);
  EXPECT_EQ(end, (process_end{false, 3}));
}

TEST_F(side_commands_test, all_that_were_left_are_ended_before_there_is_another) {
  const std::vector<std::string> names{"an action 0", "an action 3", "over"};
  for (const std::string& name : names) {
    std::filesystem::create_directory(folder / name);
    left(name).is_alive = name != "over";
  }
  commands.end_left(folder.path().string());
  EXPECT_EQ(kept[at("an action 0")].killed, 1);
  EXPECT_EQ(kept[at("an action 3")].killed, 1);
  EXPECT_EQ(kept[at("over")].killed, 0);
  commands.end_left(at("nothing here"));
}

} // namespace
} // namespace reeve::supervise
