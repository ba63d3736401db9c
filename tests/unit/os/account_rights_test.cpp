// SPDX-License-Identifier: Apache-2.0
#include "parse/account_rights.hpp"

#include <gtest/gtest.h>

namespace reeve::os::parse {
namespace {

TEST(capabilities, are_the_effective_ones) {
  EXPECT_EQ(parse_effective_capabilities("Name:\tx\nCapInh:\t0000000000000001\nCapPrm:\t00000000000000ff\n"
                                         "CapEff:\t000001fffeffffff\nCapBnd:\t0000000000000002\n"),
            0x1fffeffffffu);
  EXPECT_EQ(parse_effective_capabilities("CapEff:\t0000000000000000"), 0u);
  for (const char* text :
       {"", "CapPrm:\t0000000000000001\n", "CapEff:\t\n", "CapEff:\tzz\n", "CapEff:\t12 34\n"})
    EXPECT_FALSE(parse_effective_capabilities(text)) << text;
}

TEST(hidepid, is_an_option_of_the_mount_on_proc) {
  EXPECT_EQ(parse_hidepid("22 1 0:21 / /proc rw,nosuid - proc proc rw,gid=5,hidepid=invisible\n"),
            "invisible");
  EXPECT_EQ(parse_hidepid("22 1 0:21 / /proc rw,nosuid - proc proc rw,hidepid=2,gid=5\n"), "2");
  EXPECT_EQ(parse_hidepid("22 1 0:21 / /proc rw,nosuid shared:7 - proc proc rw\n"), "");
  EXPECT_EQ(parse_hidepid("23 1 0:22 / /srv/proc rw - proc proc rw,hidepid=2\n"), "") << "another place";
  EXPECT_EQ(parse_hidepid("23 1 0:22 / /proc rw - tmpfs hidepid=2 rw,hidepid=2\n"), "")
      << "another file system";
  EXPECT_EQ(
      parse_hidepid("22 1 0:21 / /proc rw - proc proc rw,hidepid=2\n23 22 0:22 / /proc rw - proc proc rw\n"),
      "")
      << "the last mount is the one that is seen";
  EXPECT_EQ(parse_hidepid(""), "");
}

} // namespace
} // namespace reeve::os::parse
