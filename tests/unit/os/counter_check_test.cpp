// SPDX-License-Identifier: Apache-2.0
#include "counters/catalogue.hpp"
#include "parse/pdh_path.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace {

using namespace reeve::os;
using testing::HasSubstr;

std::string problem(counter_origin origin, std::string name, std::string argument = {}) {
  const auto checked = check({origin, std::move(name), std::move(argument)});
  return checked ? "" : checked.error().message;
}

TEST(counter_check, knows_every_set_and_suggests_the_nearest) {
  for (const std::string_view name : counter_sets()) {
    EXPECT_EQ(problem(counter_origin::set, std::string(name)), "");
    EXPECT_TRUE(set_named(name));
  }
  EXPECT_THAT(problem(counter_origin::set, "memmory"), HasSubstr("did you mean \"memory\"?"));
  EXPECT_THAT(problem(counter_origin::set, "quite else"), HasSubstr("there are cpu, system, memory"));
  EXPECT_THAT(problem(counter_origin::set, "cpu", "x"), HasSubstr("takes no argument"));
}

TEST(counter_check, control_groups_stay_below_their_root) {
  EXPECT_EQ(problem(counter_origin::set, "cgroup", "system.slice/*.service"), "");
  EXPECT_THAT(problem(counter_origin::set, "cgroup", "../etc"), HasSubstr("climbs"));
  EXPECT_THAT(problem(counter_origin::set, "cgroup", "a/.."), HasSubstr("climbs"));
  EXPECT_EQ(problem(counter_origin::set, "cgroup", "a/..b"), "");
  EXPECT_THAT(problem(counter_origin::set, "cgroup", "*/x"), HasSubstr("only the last part"));
}

TEST(counter_check, files_have_an_absolute_path_and_a_good_pattern) {
  EXPECT_EQ(problem(counter_origin::file, "/sys/class/thermal/thermal_zone*/temp"), "");
  EXPECT_EQ(problem(counter_origin::file, "C:\\data\\depth.txt", "(\\d+)"), "");
  EXPECT_THAT(problem(counter_origin::file, "temp"), HasSubstr("not the absolute path"));
  EXPECT_THAT(problem(counter_origin::file, "/sys/"), HasSubstr("is a folder"));
  EXPECT_THAT(problem(counter_origin::file, "/x", "("), HasSubstr("not a regular expression"));
  EXPECT_THAT(problem(counter_origin::file, std::string("/x\0y", 4)), HasSubstr("null byte"));
  EXPECT_THAT(problem(counter_origin::file, "/" + std::string(5000, 'x')), HasSubstr("longer than"));
}

TEST(pdh_path, has_an_object_an_instance_and_a_counter) {
  const auto path = parse::parse_pdh_path("\\Processor(*)\\% Processor Time");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->object, "Processor");
  EXPECT_EQ(path->instance, "*");
  EXPECT_EQ(path->counter, "% Processor Time");
  EXPECT_TRUE(path->all_instances());
  const auto single = parse::parse_pdh_path("\\System\\System Up Time");
  EXPECT_EQ(single->object, "System");
  EXPECT_EQ(single->instance, "");
  EXPECT_FALSE(single->all_instances());
  EXPECT_EQ(parse::parse_pdh_path("\\Paging File(\\??\\C:\\pagefile.sys)\\% Usage")->instance,
            "\\??\\C:\\pagefile.sys");
  EXPECT_EQ(parse::parse_pdh_path("\\Network Interface(Intel(R) 82574L)\\Bytes Sent/sec")->instance,
            "Intel(R) 82574L");
}

TEST(pdh_path, says_what_is_wrong) {
  EXPECT_THAT(problem(counter_origin::pdh, "\\\\server\\System\\Threads"), HasSubstr("another computer"));
  for (const char* path :
       {"", "System", "System\\Threads", "\\", "\\System", "\\System\\", "\\\\", "\\Processor(\\% x",
        "\\Processor()\\x", "\\(a)\\x", "\\Proc*\\x", "\\Processor(*)\\*"})
    EXPECT_NE(problem(counter_origin::pdh, path), "") << path;
  EXPECT_THAT(problem(counter_origin::pdh, "\\System\\Threads", "x"), HasSubstr("no argument"));
}

TEST(counter_catalogue, names_follow_prometheus) {
  std::set<std::string> names;
  for (const counter_measure& m : catalogue()) {
    EXPECT_TRUE(names.insert(m.name).second) << m.name;
    EXPECT_TRUE(m.unit.empty() || m.name.ends_with("_" + m.unit)) << m.name;
    EXPECT_FALSE(m.name.ends_with("_total")) << m.name;
    EXPECT_TRUE(m.help.ends_with('.')) << m.name;
    EXPECT_TRUE(m.label_keys[1].empty() || !m.label_keys[0].empty()) << m.name;
  }
}

} // namespace
