// SPDX-License-Identifier: Apache-2.0
// The README and the sample say what the code does.
#include "tests/support/plugin_docs.hpp"

#include <gtest/gtest.h>

namespace {

const reeve::testing::plugin_docs docs("file-lock", R"(
[[watch]]
name = "a"
paths = ["/a"]
)");

TEST(file_lock_docs, the_sample_is_accepted) {
  docs.expect_sample_accepted();
}

TEST(file_lock_docs, every_key_is_in_the_readme_and_in_the_sample) {
  EXPECT_EQ(docs.expect_keys_documented(), 7);
}

TEST(file_lock_docs, the_readme_names_every_family_and_no_other) {
  docs.expect_families_documented();
}

TEST(file_lock_docs, the_examples_in_the_readme_are_accepted) {
  EXPECT_GE(docs.expect_examples_accepted(), 1);
}

} // namespace
