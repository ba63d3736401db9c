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

// The system groups what is kept by its name, and what it finds again by its folder.
TEST(side_commands, that_run_at_once_have_folders_and_names_of_their_own) {
  const test::temp_dir folder;
  fake_clock time;
  test::kept_programs kept;
  test::fake_keeper_host keepers(kept, time);
  side_commands commands(time, keepers, [](const std::function<void()>& what) { what(); });
  for (int i = 0; i < 3; ++i)
    commands.run(folder.path().string(), "web check", {}, 1min, [](const result<process_end>&) {});
  std::set<std::string> names;
  for (const auto& [place, p] : kept) {
    names.insert(p.name);
    EXPECT_TRUE(p.name.starts_with("web check ")) << p.name;
    EXPECT_EQ(place.substr(place.rfind('/') + 1), p.name);
  }
  EXPECT_EQ(names.size(), 3u);
}

} // namespace
} // namespace reeve::supervise
