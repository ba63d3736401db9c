// SPDX-License-Identifier: Apache-2.0
#include "reeve/store/sample_names.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace reeve::store {
namespace {

TEST(sample_names, have_the_suffix_of_their_kind) {
  EXPECT_EQ(sample_suffix(metric_kind::gauge), "");
  EXPECT_EQ(sample_suffix(metric_kind::counter), "_total");
  EXPECT_EQ(sample_suffix(metric_kind::info), "_info");
  EXPECT_EQ(sample_suffix(metric_kind::histogram), "");
}

// The table in "Considerations: Canonical Numbers".
TEST(sample_names, bounds_are_canonical_numbers) {
  const std::pair<double, const char*> table[] = {
      {1e-10, "1e-10"}, {1e-9, "1e-09"}, {1e-5, "1e-05"}, {0.0001, "0.0001"},   {0.001, "0.001"},
      {0.1, "0.1"},     {1, "1.0"},      {10, "10.0"},    {100000, "100000.0"}, {1e6, "1e+06"},
      {1e10, "1e+10"},  {0, "0.0"},      {-1, "-1.0"},    {2.5, "2.5"},         {1234567, "1.234567e+06"}};
  for (const auto& [bound, text] : table)
    EXPECT_EQ(canonical_bound(bound), text);
}

} // namespace
} // namespace reeve::store
