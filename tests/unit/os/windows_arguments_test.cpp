// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_arguments.hpp"

#include <gtest/gtest.h>

namespace reeve::os::parse {
namespace {

// The examples of learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments, the other way round.
TEST(windows_command_line, reads_back_as_the_same_arguments) {
  EXPECT_EQ(windows_command_line("C:\\a b\\p.exe", {}), R"("C:\a b\p.exe")");
  EXPECT_EQ(windows_command_line("p", {"a b c", "d", "e"}), R"("p" "a b c" d e)");
  EXPECT_EQ(windows_command_line("p", {"ab\"c", "\\", "d"}), R"("p" "ab\"c" \ d)");
  EXPECT_EQ(windows_command_line("p", {R"(a\\\b)", "de fg", "h"}), R"("p" a\\\b "de fg" h)");
  EXPECT_EQ(windows_command_line("p", {R"(a\"b)", "c", "d"}), R"("p" "a\\\"b" c d)");
  EXPECT_EQ(windows_command_line("p", {R"(a\\b c)", "d", "e"}), R"("p" "a\\b c" d e)");
  EXPECT_EQ(windows_command_line("p", {R"(ends with \)", ""}), R"("p" "ends with \\" "")");
}

} // namespace
} // namespace reeve::os::parse
