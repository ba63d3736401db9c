// SPDX-License-Identifier: Apache-2.0
#include "env_file.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(env_file, takes_what_such_files_hold) {
  const auto read =
      parse_env_file("# comment\n\nA=1\r\n export B=two words \nC=\"quoted # $x\"\nD='x=y'\nE=");
  ASSERT_TRUE(read);
  EXPECT_THAT(*read, ElementsAre(Pair("A", "1"), Pair("B", "two words"), Pair("C", "quoted # $x"),
                                 Pair("D", "x=y"), Pair("E", "")));
}

TEST(env_file, a_line_that_is_none_is_named) {
  EXPECT_THAT(parse_env_file("A=1\nno equals sign\n").error().message, HasSubstr("line 2"));
  EXPECT_THAT(parse_env_file("=x").error().message, HasSubstr("line 1"));
  EXPECT_THAT(parse_env_file("A B=x").error().message, HasSubstr("line 1"));
}

} // namespace
} // namespace reeve::supervise
