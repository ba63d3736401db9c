// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/guards.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>

namespace reeve::remedy {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// Facts that nothing is against, and what refuses once one of them is another.
class guards : public testing::Test {
 protected:
  void SetUp() override {
    facts.action = "restart";
    facts.may_act = true;
    facts.who = &who;
    facts.system = "linux";
    facts.agent = {100, 1};
    facts.ancestors = ancestors;
    facts.agent_user = "reeve";
    facts.protect = &protect;
    facts.cooldown = 5min;
    facts.budget = 3;
    facts.budget_window = 30min;
    facts.agent_budget = 20;
  }
  // "GUARD: WHY" of the first that refuses; empty: none does.
  std::string refusal() const {
    for (const verdict& v : judge(facts))
      if (!v.passes) return cat(name_of(v.which), ": ", v.why);
    return "";
  }

  target who{target_kind::port, "8080", {12, 345}, "java", "reeve", false, "process 12 (java)"};
  std::vector<process_id> ancestors{{50, 1}, {40, 1}};
  protection protect;
  guard_facts facts;
};

TEST_F(guards, are_asked_in_their_order) {
  std::vector<std::string> order;
  for (const verdict& v : judge(facts)) {
    EXPECT_TRUE(v.passes) << v.why;
    order.emplace_back(name_of(v.which));
  }
  EXPECT_THAT(order, ElementsAre("mode", "target", "protected", "identity", "in_flight", "cooldown", "budget",
                                 "maintenance", "shutdown"));
}

TEST_F(guards, mode) {
  facts.may_act = false;
  EXPECT_EQ(refusal(), "mode: the mode is observe");
}

TEST_F(guards, target_that_is_not_known) {
  facts.who = nullptr;
  facts.target_problem = "nobody holds port 8080";
  EXPECT_EQ(refusal(), "target: nobody holds port 8080");
}

TEST_F(guards, the_agent_itself) {
  who.id = facts.agent;
  EXPECT_EQ(refusal(), "protected: it is the agent itself");
  who.id.start = 2; // another one that has got its number
  EXPECT_EQ(refusal(), "");
}

// comm has 15 bytes, and a process may write what it likes into it.
TEST_F(guards, a_protected_program_is_known_by_its_whole_name) {
  protect.names = {"very-long-daemon-name-here", "mydb"};
  who.program = "very-long-daemo";
  EXPECT_EQ(refusal(), "protected: very-long-daemo is protected by the configuration");
  who.program = "very-long";
  EXPECT_EQ(refusal(), "");
  who.other_names = {"python3", "mydb"};
  EXPECT_EQ(refusal(), "protected: very-long is protected by the configuration");
  protect.names.clear();
  EXPECT_EQ(refusal(), "");
  who.other_names = {"systemd-logind"};
  EXPECT_EQ(refusal(), "protected: very-long is one of the system's critical programs");
}

TEST_F(guards, what_the_agent_runs_beneath) {
  who.id = ancestors[1];
  EXPECT_EQ(refusal(), "protected: the agent runs beneath it: process 12 (java)");
}

TEST_F(guards, the_first_process) {
  who.id.pid = 1;
  EXPECT_EQ(refusal(), "protected: it is the system's first process");
  facts.system = "windows";
  EXPECT_EQ(refusal(), "");
  who.id.pid = 4;
  EXPECT_EQ(refusal(), "protected: it is the system's first process");
}

TEST_F(guards, kernel_threads) {
  who.is_kernel_thread = true;
  EXPECT_THAT(refusal(), HasSubstr("protected: it belongs to the kernel"));
}

TEST_F(guards, critical_programs_of_each_system) {
  who.program = "dbus-daemon";
  EXPECT_EQ(refusal(), "protected: dbus-daemon is one of the system's critical programs");
  who.program = "CSRSS.EXE";
  EXPECT_EQ(refusal(), "");
  facts.system = "windows";
  EXPECT_EQ(refusal(), "protected: CSRSS.EXE is one of the system's critical programs");
}

TEST_F(guards, critical_services_of_linux_by_the_names_of_their_units) {
  who.kind = target_kind::service;
  for (const char* name :
       {"systemd-journald.service", "systemd-networkd", "ssh", "ssh.service", "dbus", "NetworkManager"}) {
    who.name = who.program = name;
    EXPECT_EQ(refusal(), cat("protected: ", name, " is one of the system's critical services"));
  }
  for (const char* name : {"nginx.service", "cups"}) {
    who.name = who.program = name;
    EXPECT_EQ(refusal(), "");
  }
  who.kind = target_kind::port;
  who.program = "ssh"; // somebody's tunnel
  EXPECT_EQ(refusal(), "");
}

TEST_F(guards, that_hold_without_a_remedy_ask_for_no_account) {
  const auto left_alone = [&] { return why_left_alone(who, protect.names, "linux"); };
  who.user = "somebody";
  EXPECT_EQ(left_alone(), "");
  protect.names = {"java"};
  EXPECT_EQ(left_alone(), "java is protected by the configuration");
  protect.names = {"8080"};
  EXPECT_EQ(left_alone(), "8080 is protected by the configuration") << "the name of a [[process]]";
  who.program = "sshd";
  EXPECT_EQ(left_alone(), "sshd is one of the system's critical programs");
  who.is_kernel_thread = true;
  EXPECT_THAT(left_alone(), HasSubstr("it belongs to the kernel"));
}

TEST_F(guards, a_service_is_protected_with_the_ending_of_its_unit_and_without) {
  who.kind = target_kind::service;
  who.name = who.program = "postgresql.service";
  protect.names = {"postgresql"};
  EXPECT_EQ(refusal(), "protected: postgresql.service is protected by the configuration");
  who.name = who.program = "postgresql";
  protect.names = {"postgresql.service"};
  EXPECT_EQ(refusal(), "protected: postgresql is protected by the configuration");
  EXPECT_EQ(key_of({target_kind::service, "nginx", {}, {}, {}, false, {}, {}}),
            key_of({target_kind::service, "nginx.service", {}, {}, {}, false, {}, {}}));
}

TEST_F(guards, a_service_within_a_svchost_is_no_critical_program_but_its_process_is) {
  facts.system = "windows";
  who.program = "svchost.exe";
  EXPECT_THAT(refusal(), HasSubstr("protected: svchost.exe"));
  who.kind = target_kind::service;
  EXPECT_EQ(refusal(), "");
}

TEST_F(guards, names_that_the_configuration_protects) {
  protect.names = {"postgres", "java"};
  EXPECT_EQ(refusal(), "protected: java is protected by the configuration");
  who.kind = target_kind::process;
  who.name = "postgres";
  who.program = "postmaster";
  EXPECT_EQ(refusal(), "protected: postgres is protected by the configuration");
}

TEST_F(guards, a_process_of_another_user) {
  who.user = "anna";
  EXPECT_EQ(refusal(), "protected: it is a process of anna, whom remedy.allow_users does not name");
  protect.allow_users = {"anna"};
  EXPECT_EQ(refusal(), "");
  who.user.clear();
  EXPECT_EQ(refusal(), "protected: it is not known whose process it is");
}

TEST_F(guards, a_managed_process_may_be_anyones) {
  who.kind = target_kind::process;
  who.user = "anna";
  EXPECT_EQ(refusal(), "");
}

TEST_F(guards, identity_after_the_pid_was_reused) {
  facts.tripped = process_id{12, 345};
  EXPECT_EQ(refusal(), "");
  who.id.start = 999;
  EXPECT_EQ(refusal(),
            "identity: it is not the process that the alert is about, which was number 12 and is gone");
}

TEST_F(guards, something_in_flight) {
  facts.in_flight = "stop";
  EXPECT_EQ(refusal(), "in_flight: stop of it is under way");
}

TEST_F(guards, cooldown) {
  facts.since_last = 4min;
  EXPECT_EQ(refusal(), "cooldown: the last one was 4m ago, the cooldown is 5m");
  facts.since_last = 5min;
  EXPECT_EQ(refusal(), "");
}

TEST_F(guards, budget_of_the_rule_and_of_the_agent) {
  facts.spent = 2;
  facts.agent_spent = 19;
  EXPECT_EQ(refusal(), "");
  facts.agent_spent = 20;
  facts.agent_has_room_at = 1'794'999'000s;
  EXPECT_EQ(refusal(),
            cat("budget: the agent has done 20 actions within an hour, remedy.max_actions_per_hour is 20; "
                "a reset helps from ",
                format_utc(1'794'999'000s), " on"));
  facts.spent = 3;
  EXPECT_EQ(refusal(), "budget: 3 actions on it within 30m are all that its budget allows");
  facts.given_up = "so";
  EXPECT_EQ(refusal(), "budget: it was given up: so");
}

TEST_F(guards, maintenance) {
  facts.quiet = "the maintenance nights goes on until 06:00";
  EXPECT_EQ(refusal(), "maintenance: the maintenance nights goes on until 06:00");
}

TEST_F(guards, shutdown) {
  facts.is_shutting_down = true;
  EXPECT_EQ(refusal(), "shutdown: the operating system is shutting down");
}

TEST_F(guards, an_event_touches_nothing_and_is_held_back_by_few) {
  facts.action = "event";
  facts.may_act = false;
  facts.is_shutting_down = true;
  facts.agent_spent = 20;
  EXPECT_EQ(refusal(), "");
  facts.quiet = "a silence";
  EXPECT_EQ(refusal(), "maintenance: a silence");
}

} // namespace
} // namespace reeve::remedy
