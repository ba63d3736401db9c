// SPDX-License-Identifier: Apache-2.0
#include "rules/firing.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::cli {
namespace {

using testing::HasSubstr;

app::rule_status one_with(std::string value) {
  app::rule_status out;
  out.rules = out.firing_total = 1;
  out.firing.push_back({"leak", {{"path", std::move(value)}}, "1", std::nullopt, "nothing more"});
  return out;
}

TEST(firing, labels_are_cut_in_the_table_and_whole_in_json) {
  const std::string value(5000, 'x');
  const std::string text = firing_text(one_with(value), {});
  EXPECT_LT(text.size(), 500u);
  EXPECT_THAT(text, HasSubstr("{path=\"xxx"));
  EXPECT_THAT(text, HasSubstr("xxx...  nothing more\n"));
  EXPECT_THAT(boost::json::serialize(firing_json(one_with(value))), HasSubstr(value));
}

TEST(firing, short_labels_are_whole) {
  EXPECT_THAT(firing_text(one_with("/var"), {}), HasSubstr("{path=\"/var\"}  nothing more\n"));
}

} // namespace
} // namespace reeve::cli
