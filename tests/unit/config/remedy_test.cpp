// SPDX-License-Identifier: Apache-2.0
// The tables [remedy] and [[maintenance]].
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono_literals;
using test::load_text;
using test::problems_of;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(remedy, every_key_is_read) {
  const loaded l =
      load_text("[remedy]\nmode = \"act\"\nprotect = [\"db\", \"nginx\"]\nallow_users = \"www-data\"\n"
                "max_actions_per_hour = 5\non_audit_failure = \"act\"\naudit_max_size = \"64KB\"\n"
                "audit_max_files = 1\ndumps = 7\n");
  ASSERT_TRUE(l.value) << l.problems[0].message;
  const remedy_settings& r = l.value->remedy;
  EXPECT_EQ(r.mode, "act");
  EXPECT_THAT(r.protect, ElementsAre("db", "nginx"));
  EXPECT_THAT(r.allow_users, ElementsAre("www-data"));
  EXPECT_EQ(r.max_actions_per_hour, 5u);
  EXPECT_EQ(r.on_audit_failure, "act");
  EXPECT_EQ(r.audit_max_size, 64'000u);
  EXPECT_EQ(r.audit_max_files, 1u);
  EXPECT_EQ(r.dumps, 7u);
}

TEST(remedy, values_out_of_bounds_are_named) {
  EXPECT_THAT(problems_of("[remedy]\nmode = \"acts\"\n"), ElementsAre(HasSubstr("remedy.mode")));
  EXPECT_THAT(problems_of("[remedy]\nprotect = [\"a\", \"\"]\n"),
              ElementsAre("2:17: remedy.protect has an empty name"));
  EXPECT_THAT(problems_of("[remedy]\nmax_actions_per_hour = 0\n"),
              ElementsAre(HasSubstr("allowed is 1 to 1000")));
  EXPECT_THAT(problems_of("[remedy]\naudit_max_size = \"1GB\"\n"),
              ElementsAre(HasSubstr("remedy.audit_max_size")));
  EXPECT_THAT(problems_of("[remedy]\nprotects = []\n"), ElementsAre(HasSubstr("protect")));
}

TEST(maintenance, every_key_is_read) {
  const loaded l = load_text(
      "[[maintenance]]\nname = \"nights\"\ndays = [\"sat\", \"sun\"]\nfrom = \"22:00\"\nto = \"06:30\"\n"
      "time_zone = \"Europe/Berlin\"\nrules = [\"leak\"]\n"
      "[[rule]]\nname = \"leak\"\nexpr = \"up\"\n"
      "[[maintenance]]\nname = \"noon\"\nfrom = \"12:00\"\nto = \"13:00\"\n");
  ASSERT_TRUE(l.value) << l.problems[0].message;
  ASSERT_EQ(l.value->maintenance.size(), 2u);
  const maintenance_settings& nights = l.value->maintenance[0];
  EXPECT_EQ(nights.name, "nights");
  EXPECT_EQ(nights.days.to_string(), "1000001");
  EXPECT_EQ(nights.from, 22h);
  EXPECT_EQ(nights.to, 6h + 30min);
  EXPECT_EQ(nights.time_zone, "Europe/Berlin");
  EXPECT_THAT(nights.rules, ElementsAre("leak"));
  const maintenance_settings& noon = l.value->maintenance[1];
  EXPECT_TRUE(noon.days.all());
  EXPECT_EQ(noon.time_zone, "local");
  EXPECT_TRUE(noon.rules.empty());
}

TEST(maintenance, what_is_missing_or_wrong_is_named) {
  EXPECT_THAT(problems_of("[[maintenance]]\n"),
              ElementsAre(HasSubstr("maintenance.name is missing"), HasSubstr("maintenance.from is missing"),
                          HasSubstr("maintenance.to is missing")));
  const std::string noon = "[[maintenance]]\nname = \"noon\"\nfrom = \"12:00\"\nto = \"13:00\"\n";
  EXPECT_THAT(problems_of(noon + noon), ElementsAre(HasSubstr("for the second time")));
  EXPECT_THAT(problems_of(noon + "days = [\"someday\"]\n"), ElementsAre(HasSubstr("which is no day")));
  EXPECT_THAT(problems_of("[[maintenance]]\nname = \"a b\"\nfrom = \"24:00\"\nto = \"13:00\"\n"),
              ElementsAre(HasSubstr("maintenance.name is \"a b\""), HasSubstr("which is no time of day")));
  EXPECT_THAT(problems_of(noon + "time_zone = \"\"\n"), ElementsAre(HasSubstr("time_zone is empty")));
}

TEST(maintenance, what_it_covers_must_be_there) {
  const std::string noon = "[[maintenance]]\nname = \"noon\"\nfrom = \"12:00\"\nto = \"13:00\"\n";
  const std::string rule = "[[rule]]\nname = \"leak\"\nexpr = \"up\"\n";
  const std::string alert = "[webhook]\ntoken = \"0123456789abcdef\"\n[[webhook.alert]]\nname = \"hang\"\n"
                            "match = \"alertname=Hang\"\n";
  EXPECT_THAT(problems_of(noon + "rules = [\"leak\", \"hang\"]\n" + rule + alert), ElementsAre());
  EXPECT_THAT(problems_of(noon + "rules = [\"leak\",\n  \"hung\"]\n" + rule + alert),
              ElementsAre("6:3: maintenance.rules names \"hung\", and no [[rule]] or [[webhook.alert]] has "
                          "that name | did you mean \"hang\"?"));
  EXPECT_THAT(problems_of(noon + "rules = \"leak\"\n"), ElementsAre(HasSubstr("5:9: maintenance.rules")));
}

} // namespace
} // namespace reeve::config
