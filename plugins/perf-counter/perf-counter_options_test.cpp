// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using reeve::testing::fake_plugin_host;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Every mistake as "path: message".
std::vector<std::string> mistakes(const std::string& toml) {
  fake_plugin_host host;
  host.counters.refusals["cpuu"] = "there is no set of counters \"cpuu\"; did you mean \"cpu\"?";
  host.counters.refusals["relative"] = "\"relative\" is not the absolute path of a file";
  host.counters.refusals["/bad-pattern"] = "not a regular expression: missing )";
  host.configure(toml);
  std::vector<std::string> out;
  for (const auto& r : host.config().rejections())
    out.push_back(r.path + ": " + r.message);
  for (const std::string& key : host.config().unread())
    out.push_back(key + ": unknown");
  EXPECT_THAT(host.violations(), IsEmpty());
  return out;
}

std::vector<std::string> wanted(const std::string& toml) {
  fake_plugin_host host;
  host.run(toml);
  std::vector<std::string> out;
  for (const auto& w : host.counters.wanted())
    out.push_back(std::to_string(w.origin) + " " + w.name + (w.argument.empty() ? "" : " " + w.argument));
  return out;
}

TEST(perf_counter_options, an_empty_table_asks_for_what_every_machine_has) {
  EXPECT_THAT(wanted(""), ElementsAre("1 cpu", "1 system", "1 memory", "1 disk", "1 filesystem", "1 network",
                                      "1 pressure", "1 vmstat", "1 files"));
}

TEST(perf_counter_options, sets_and_counters_are_asked_for_as_they_are_named) {
  EXPECT_THAT(
      wanted("sets = [\"memory\"]\n"
             "[[counter]]\npdh = '\\Processor(*)\\% Processor Time'\n"
             "[[counter]]\nfile = \"/sys/class/thermal/thermal_zone*/temp\"\nname = \"temp_celsius\"\n"
             "[[counter]]\nfile = \"/x\"\nname = \"x\"\npattern = '(\\d+)'\n"
             "[[counter]]\ncgroup = \"system.slice/*\"\n"),
      ElementsAre("1 memory", "2 \\Processor(*)\\% Processor Time", "3 /sys/class/thermal/thermal_zone*/temp",
                  "3 /x (\\d+)", "1 cgroup system.slice/*"));
  EXPECT_THAT(wanted("sets = []\n"), IsEmpty());
}

TEST(perf_counter_options, a_set_that_is_none_is_told_at_its_place) {
  EXPECT_THAT(mistakes("sets = [\"cpu\", \"cpuu\"]\n"),
              ElementsAre("sets[1]: there is no set of counters \"cpuu\"; did you mean \"cpu\"?"));
  EXPECT_THAT(mistakes("sets = [\"cpu\", \"cpu\"]\n"), ElementsAre("sets[1]: \"cpu\" is there twice"));
  EXPECT_THAT(mistakes("sets = \"cpu\"\n"), SizeIs(1));
}

TEST(perf_counter_options, a_counter_has_one_source) {
  EXPECT_THAT(mistakes("[[counter]]\nname = \"x\"\n"),
              testing::Contains("counter[0]: give it one of pdh, file, cgroup"));
  EXPECT_THAT(mistakes("[[counter]]\nname = \"x\"\nfile = \"/x\"\npdh = '\\A\\B'\n"),
              testing::Contains("counter[0]: give it one of pdh, file, cgroup"));
}

TEST(perf_counter_options, mistakes_of_path_and_pattern_are_told_apart) {
  EXPECT_THAT(mistakes("[[counter]]\nfile = \"relative\"\nname = \"x\"\n"),
              ElementsAre("counter[0].file: \"relative\" is not the absolute path of a file"));
  EXPECT_THAT(mistakes("[[counter]]\nfile = \"/bad-pattern\"\nname = \"x\"\npattern = \"(\"\n"),
              ElementsAre("counter[0].pattern: not a regular expression: missing )"));
  EXPECT_THAT(mistakes("[[counter]]\npdh = '\\A\\B'\npattern = \"x\"\n"),
              ElementsAre("counter[0].pattern: only a file has a pattern"));
}

TEST(perf_counter_options, every_key_is_checked) {
  const auto of_file = [](const std::string& more) {
    return mistakes("[[counter]]\nfile = \"/x\"\n" + more);
  };
  EXPECT_THAT(of_file(""), ElementsAre(HasSubstr("a number in a file needs a name")));
  EXPECT_THAT(of_file("name = \"Bad Name\"\n"), ElementsAre(HasSubstr("counter[0].name: ")));
  EXPECT_THAT(of_file("name = \"x\"\ntype = \"histogram\"\n"),
              ElementsAre("counter[0].type: \"histogram\" is neither \"gauge\" nor \"counter\""));
  EXPECT_THAT(of_file("name = \"x_total\"\n"), ElementsAre(HasSubstr("is for type = \"counter\"")));
  EXPECT_THAT(of_file("name = \"x\"\nlabel = \"a-b\"\n"), ElementsAre(HasSubstr("counter[0].label: ")));
  EXPECT_THAT(of_file("name = \"x\"\nscale = 0.0\n"), ElementsAre(HasSubstr("counter[0].scale: ")));
  EXPECT_THAT(of_file("name = \"x\"\ntype = \"counter\"\nscale = -1.0\n"),
              ElementsAre(HasSubstr("would fall")));
  EXPECT_THAT(of_file("name = \"x\"\nnmae = \"y\"\n"), ElementsAre("counter[0].nmae: unknown"));
  EXPECT_THAT(mistakes("max_instances = 0\n"), ElementsAre(HasSubstr("max_instances: ")));
  EXPECT_THAT(mistakes("[[counter]]\ncgroup = \"a\"\nname = \"x\"\n"),
              ElementsAre("counter[0].name: control groups have names and types of their own"));
}

TEST(perf_counter_options, one_name_means_one_thing) {
  const std::string first =
      "[[counter]]\nfile = \"/a\"\nname = \"x\"\n[[counter]]\nfile = \"/b\"\nname = \"x\"\n";
  EXPECT_THAT(mistakes(first), IsEmpty());
  EXPECT_THAT(mistakes(first + "type = \"counter\"\n"),
              ElementsAre(HasSubstr("counter[1].name: \"x\" is also the name of another counter")));
}

} // namespace
