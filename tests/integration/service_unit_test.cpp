// SPDX-License-Identifier: Apache-2.0
// config/reeve.service is what `reeve service install` writes, and systemd's own tools find nothing wrong with it.
#include "tests/integration/reeve_command.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>

namespace reeve::test {
namespace {

using testing::HasSubstr;

constexpr const char* analyze_program = "/usr/bin/systemd-analyze"; // Debian's package systemd

finished_child analyze(std::vector<std::string> arguments) {
  const temp_dir folder;
  child_options how;
  how.program = analyze_program;
  how.arguments = std::move(arguments);
  how.output_file = folder / "output";
  auto ended = run(how, long_bound);
  EXPECT_TRUE(ended) << ended.error().message;
  return ended ? *std::move(ended) : finished_child{-1, {}};
}

std::string shipped() {
  return read_file(REEVE_SOURCE_DIR "/config/reeve.service");
}

// systemd before 254 says that it does not know it, and goes on.
constexpr const char* newer_line = "DelegateSubgroup=agent\n";

int systemd_version() {
  const std::string text = analyze({"--version"}).output; // "systemd 252 (...)"
  return std::atoi(text.c_str() + std::min(text.size(), text.find(' ')));
}

// Names programs that are there, or verify would complain of nothing else.
std::string with_this_program(std::string unit) {
  const std::string named = "ExecStart=/usr/bin/reeve";
  return unit.replace(unit.find(named), named.size(), "ExecStart=" + reeve_program().string());
}

TEST(shipped_unit, is_the_one_that_install_writes) {
  const finished_child printed = run_reeve(
      "service", {"install", "--print", "--program", "/usr/bin/reeve", "--config", "/etc/reeve/reeve.toml"});
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_EQ(printed.output, shipped());
}

TEST(shipped_unit, is_understood_by_systemd) {
  if (!std::filesystem::exists(analyze_program)) GTEST_SKIP() << "systemd-analyze is not installed";
  const temp_dir folder;
  std::string unit = with_this_program(shipped());
  if (systemd_version() < 254) unit.erase(unit.find(newer_line), std::string_view(newer_line).size());
  write_file(folder / "reeve.service", unit);
  const finished_child judged = analyze({"verify", "--man=no", (folder / "reeve.service").string()});
  EXPECT_EQ(judged.exit_code, 0);
  EXPECT_THAT(judged.output, testing::Not(HasSubstr("reeve.service")));
  write_file(folder / "wrong.service", with_this_program(shipped()) + "\n[Service]\nHardenAll=yes\n");
  EXPECT_THAT(analyze({"verify", "--man=no", (folder / "wrong.service").string()}).output,
              HasSubstr("HardenAll"))
      << "it does complain of what it does not know";
}

TEST(shipped_unit, is_not_less_locked_in_than_it_was) {
  if (!std::filesystem::exists(analyze_program)) GTEST_SKIP() << "systemd-analyze is not installed";
  const temp_dir folder;
  write_file(folder / "reeve.service", with_this_program(shipped()));
  const std::string unit = (folder / "reeve.service").string();
  // Tenths of its exposure level, from 0 to 100; a unit without any of the options has 9.6.
  const finished_child judged = analyze({"security", "--offline=yes", "--threshold=72", "--no-pager", unit});
  EXPECT_EQ(judged.exit_code, 0) << judged.output;
  EXPECT_NE(analyze({"security", "--offline=yes", "--threshold=60", "--no-pager", unit}).exit_code, 0)
      << "the threshold does judge";
}

} // namespace
} // namespace reeve::test
