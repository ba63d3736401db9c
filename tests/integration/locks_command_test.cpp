// SPDX-License-Identifier: Apache-2.0
// What `reeve locks` does on every system.
#include "tests/integration/locks_command.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

TEST_F(locks_command, the_status_tells_whether_somebody_holds_it) {
  write_file(file(), "");
  EXPECT_EQ(locks({file()}).exit_code, locks_nobody);
  EXPECT_EQ(locks({"--quiet", file()}).output, "");
  const file_holder holds({"open=" + file()});
  EXPECT_EQ(locks({file()}).exit_code, locks_found);
  const auto quiet = locks({"-q", file()});
  EXPECT_EQ(quiet.exit_code, locks_found);
  EXPECT_EQ(quiet.output, "");
}

TEST_F(locks_command, wrong_usage_and_missing_files_have_their_own) {
  EXPECT_EQ(locks({}).exit_code, locks_usage);
  EXPECT_EQ(locks({"--all", file()}).exit_code, locks_usage);
  EXPECT_EQ(locks({"--json", "--quiet", file()}).exit_code, locks_usage);
  const auto missing = locks({file("none")});
  EXPECT_EQ(missing.exit_code, locks_failed);
  EXPECT_THAT(missing.output, HasSubstr(std::filesystem::path(file("none")).generic_string()));
  // A pattern that matches nothing now is no mistake.
  EXPECT_EQ(locks({(files_ / "*.none").string()}).exit_code, locks_nobody);
}

} // namespace
} // namespace reeve::test
