// SPDX-License-Identifier: Apache-2.0
// The README and the sample say what the code does.
#include "tests/support/plugin_docs.hpp"

#include <gtest/gtest.h>

namespace {

const reeve::testing::plugin_docs docs("port-watch", R"(
[[port]]
port = 80
[[endpoint]]
name = "db"
port = 5432
limit = 10
)");

TEST(port_watch_docs, the_sample_is_accepted) {
  docs.expect_sample_accepted();
}

TEST(port_watch_docs, every_key_is_in_the_readme_and_in_the_sample) {
  EXPECT_EQ(docs.expect_keys_documented(), 16);
}

TEST(port_watch_docs, the_readme_names_every_family_and_no_other) {
  docs.expect_families_documented();
}

TEST(port_watch_docs, the_examples_in_the_readme_are_accepted) {
  EXPECT_GE(docs.expect_examples_accepted(), 1);
}

} // namespace
