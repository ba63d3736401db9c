// SPDX-License-Identifier: Apache-2.0
// What a person brings back that was given up.
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(engine_test, a_reset_helps_though_another_rule_has_spent_the_budget_of_the_target) {
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  rule("hang", {step("restart", "process:web")}, no_cooldown);
  for (int i = 0; i < 3; ++i) {
    fire("leak");
    resolve("leak");
  }
  fire("hang");
  ASSERT_THAT(e->given_up(), ElementsAre("hang"));
  ASSERT_TRUE(e->reset("hang", "anna"));
  e->advance();
  EXPECT_THAT(actions(), SizeIs(4));
  EXPECT_THAT(e->given_up(), IsEmpty());
}

TEST_F(engine_test, it_is_said_when_a_reset_helps_against_the_budget_of_the_agent) {
  settings.remedy.max_actions_per_hour = 2;
  for (const char* name : {"a", "b", "c"})
    add_process(name, {200, 1});
  rule("leak", {step("restart", "process:{p}")});
  const nanoseconds first = folder.time.unix_time();
  fire("leak", {{"p", "a"}});
  pass(10min);
  fire("leak", {{"p", "b"}});
  pass(10min);
  fire("leak", {{"p", "c"}});
  EXPECT_THAT(actions(), SizeIs(2));
  const std::string when = cat("a reset helps from ", format_utc(first + 1h), " on");
  EXPECT_THAT(e->why_given_up("leak"), HasSubstr(when));
  pass(40min - 1s);
  ASSERT_TRUE(e->reset("leak", "anna"));
  e->advance();
  EXPECT_THAT(actions(), SizeIs(2));
  EXPECT_THAT(e->why_given_up("leak"), HasSubstr(when));
  pass(1s);
  ASSERT_TRUE(e->reset("leak", "anna"));
  e->advance();
  EXPECT_THAT(actions(), SizeIs(3));
}

} // namespace
} // namespace reeve::remedy
