// SPDX-License-Identifier: Apache-2.0
// Actions on services of the system, by an agent that manages nothing.
#include "tests/integration/made_up_systemd.hpp"
#include "tests/integration/remedies.hpp"

namespace reeve::test {
namespace {

class remedies_services_test : public remedies {
 protected:
  void start_with_services() {
    start("[remedy]\nmax_actions_per_hour = 1000\n" +
          webhook("[[webhook.alert]]\nname = \"odd\"\nmatch = \"alertname=odd\"\nmode = \"act\"\naction = "
                  "\"restart\"\ntarget = \"service:{service}\"\ntimeout = \"1h\"\ncooldown = \"0s\"\nbudget "
                  "= 1000\n"));
  }
  void raise(const std::string& service) {
    EXPECT_EQ(post_alerts(alert(cat("f", ++alerts_), {{"alertname", "odd"}, {"service", service}})).status,
              200u);
  }

 private:
  int alerts_ = 0;
};

TEST_F(remedies_services_test, a_service_is_restarted) {
  REEVE_WITH_MADE_UP_SYSTEMD_OR_RETURN();
  start_with_services();
  raise("web");
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"restart\"", "\"succeeded\""})) << audit();
  EXPECT_EQ(made_up_systemd::asked(), "restart web.service\n");
}

// No process of ours has ended, which is what the restarts of managed processes look for.
TEST_F(remedies_services_test, nothing_is_done_while_the_machine_goes_down) {
  REEVE_WITH_MADE_UP_SYSTEMD_OR_RETURN();
  start_with_services();
  made_up_systemd::end_machine();
  // On a busy machine systemctl may not have answered in time.
  EXPECT_TRUE(wait_until(
      [&] {
        raise("web");
        return audited({"\"refused\"", "\"shutdown\"", "the operating system is shutting down"}) >= 1;
      },
      long_bound))
      << audit();
}

TEST_F(remedies_services_test, one_that_hangs_holds_up_no_other) {
  REEVE_WITH_MADE_UP_SYSTEMD_OR_RETURN();
  start_with_services();
  raise("hangs");
  ASSERT_TRUE(made_up_systemd::becomes_asked("restart hangs.service")) << audit();
  raise("web");
  EXPECT_TRUE(becomes_audited({"\"action_ended\"", "\"restart\"", "service web", "\"succeeded\""}))
      << audit();
  made_up_systemd::let_go();
  EXPECT_TRUE(becomes_audited({"\"action_ended\"", "\"restart\"", "service hangs", "\"succeeded\""}))
      << audit();
}

TEST_F(remedies_services_test, an_agent_that_is_told_to_stop_does_not_wait_for_a_service) {
  REEVE_WITH_MADE_UP_SYSTEMD_OR_RETURN();
  start_with_services();
  raise("hangs");
  ASSERT_TRUE(made_up_systemd::becomes_asked("restart hangs.service")) << audit();
  EXPECT_EQ(tell("stop", {"--agent"}).exit_code, 0);
  const bool has_ended = agent_->process().wait(long_bound).has_value();
  made_up_systemd::let_go();
  ASSERT_TRUE(has_ended) << agent_->log();
  ASSERT_TRUE(agent_->start_again());
  EXPECT_TRUE(becomes_audited({"\"closed_unknown\"", "service hangs"})) << audit();
}

} // namespace
} // namespace reeve::test
