// SPDX-License-Identifier: Apache-2.0
// A log that cannot be opened or written for a while.
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(engine_test, a_log_that_cannot_be_opened_is_told_of_at_once_and_when_it_can) {
  e->use_audit_log(nullptr, "another agent has it");
  EXPECT_EQ(told(remedy_event::kind::audit_failed), 1u);
  EXPECT_EQ(last_why(), "another agent has it");
  EXPECT_TRUE(e->is_audit_failing());
  e->use_audit_log(nullptr, "another agent has it");
  EXPECT_EQ(told(remedy_event::kind::audit_failed), 1u) << "once";
  EXPECT_EQ(e->next_wake(), folder.time.mono() + engine::ask_again);
  e->use_audit_log(log.get());
  EXPECT_EQ(told(remedy_event::kind::audit_restored), 1u);
  EXPECT_FALSE(e->is_audit_failing());
  EXPECT_EQ(e->next_wake(), std::nullopt);
  EXPECT_THAT(audited(), IsEmpty()) << "nothing was lost";
}

TEST_F(engine_test, a_step_is_taken_when_the_log_can_be_opened_and_the_log_says_what_it_lacks) {
  e->use_audit_log(nullptr, "the folder may not be written");
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  pass(30s);
  EXPECT_THAT(machine.begun, IsEmpty());
  EXPECT_EQ(refused(guard::audit, "leak"), 1u);
  e->use_audit_log(log.get());
  pass(11s);
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_THAT(audited(), ElementsAre("entries_lost", "action_begins", "action_ended"));
  EXPECT_THAT(read_audit(folder.path(), {})->at(0).why, HasSubstr("writing has failed "));
  const auto verified = verify_audit(folder.path()).value();
  EXPECT_FALSE(verified.problem);
  EXPECT_EQ(verified.recorded, 1u);
}

TEST_F(engine_test, what_an_earlier_agent_knew_is_taken_over_beside_what_is_known_already) {
  const auto silence_by = [&](const char* who) {
    silence s;
    s.matchers = {{"rule", "leak", true}};
    s.until = folder.time.unix_time() + 1h;
    s.by = who;
    return s;
  };
  rule("leak", {step("restart", "process:web")});
  ASSERT_TRUE(e->add_silence(silence_by("anna")));
  const std::string earlier = e->to_text();
  make();
  rule("hang", {step("event")});
  fire("hang");
  ASSERT_TRUE(e->add_silence(silence_by("berta")));
  ASSERT_TRUE(e->from_text(earlier));
  ASSERT_EQ(e->silences().size(), 2u);
  EXPECT_EQ(e->silences()[0].by, "anna");
  EXPECT_EQ(e->silences()[0].id, 1u);
  EXPECT_EQ(e->silences()[1].by, "berta");
  EXPECT_EQ(e->silences()[1].id, 2u);
  EXPECT_THAT(e->to_text(), HasSubstr("\"hang\" \"event"));
}

} // namespace
} // namespace reeve::remedy
