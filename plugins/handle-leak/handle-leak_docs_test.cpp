// SPDX-License-Identifier: Apache-2.0
// The README and the sample say what the code does.
#include "leak_watch.hpp"

#include "tests/support/plugin_docs.hpp"

#include <gtest/gtest.h>

namespace {

const reeve::testing::plugin_docs docs("handle-leak", "include = [\"a\"]\nresources = [\"handles\"]");

TEST(handle_leak_docs, the_sample_is_accepted) {
  docs.expect_sample_accepted();
}

TEST(handle_leak_docs, every_key_is_in_the_readme_and_in_the_sample) {
  EXPECT_EQ(docs.expect_keys_documented(), 12);
}

TEST(handle_leak_docs, the_readme_names_every_family_and_no_other) {
  docs.expect_families_documented();
}

TEST(handle_leak_docs, the_examples_in_the_readme_are_accepted) {
  EXPECT_GE(docs.expect_examples_accepted(), 1);
}

// The README says "13 KB at most".
TEST(handle_leak_docs, a_process_costs_no_more_memory_than_the_readme_says) {
  EXPECT_LE(reeve::handle_leak::leak_watch::bytes_per_process, 13'000u);
}

} // namespace
