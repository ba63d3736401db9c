// SPDX-License-Identifier: Apache-2.0
// The program as a script calls it: what it prints, and its exit status.
#include "tests/integration/bystander.hpp"
#include "tests/integration/reeve_command.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class command_line : public testing::Test {
 protected:
  // Notes on standard error may follow the document.
  static boost::json::value json_of(const std::string& output) {
    return boost::json::parse(output.substr(0, output.rfind("\n}") + 2));
  }

  temp_dir folder_;
};

TEST_F(command_line, ps_finds_a_process_by_its_pid) {
  const bystander other;
  const finished_child table = run_reeve({"ps", "--pid", cat(other.pid()), "--columns", "pid,name"});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.output, HasSubstr("PID"));
  EXPECT_THAT(table.output, HasSubstr(cat(other.pid(), "  ", other.name())));

  const finished_child json = run_reeve({"ps", "--pid", cat(other.pid()), "--json"});
  ASSERT_EQ(json.exit_code, 0) << json.output;
  const boost::json::value document = json_of(json.output);
  ASSERT_EQ(document.at("processes").as_array().size(), 1u);
  const boost::json::value& one = document.at_pointer("/processes/0");
  EXPECT_EQ(one.at("pid").to_number<std::int64_t>(), other.pid());
  EXPECT_THAT(std::string(one.at("name").as_string()), HasSubstr(other.name()));
  EXPECT_NE(one.at("start_stamp").as_string(), "0");
  EXPECT_GE(one.at("threads").to_number<std::int64_t>(), 1);
}

TEST_F(command_line, ps_shows_this_test_above_its_child) {
  const bystander other;
  const finished_child tree =
      run_reeve({"ps", "--tree", "--name", "command_line_t", "--lines", "ascii", "--columns", "pid,name"});
  EXPECT_EQ(tree.exit_code, 0);
  const std::size_t own = tree.output.find("  command_line_t"), below = tree.output.find("- " + other.name());
  EXPECT_NE(own, std::string::npos) << tree.output;
  EXPECT_NE(below, std::string::npos) << tree.output;
  EXPECT_LT(own, below);
}

TEST_F(command_line, ps_measures_shares_over_an_interval) {
  const bystander other;
  const finished_child out =
      run_reeve({"ps", "--pid", cat(other.pid()), "--interval", "50ms", "--columns", "pid,cpu"});
  EXPECT_EQ(out.exit_code, 0);
  EXPECT_THAT(out.output, HasSubstr("%CPU"));
  EXPECT_THAT(out.output, HasSubstr(cat(other.pid(), "   0.0"))); // it only waits
}

TEST_F(command_line, ps_of_nothing_fails) {
  const finished_child out = run_reeve({"ps", "--name", "there is no such process"});
  EXPECT_EQ(out.exit_code, 1);
  EXPECT_THAT(out.output, HasSubstr("no process matches"));
}

TEST_F(command_line, mistakes_are_wrong_usage_and_name_the_nearest) {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"pss"}, "did you mean \"ps\"?"},
      {{"ps", "--srot", "cpu"}, "did you mean \"--sort\"?"},
      {{"ps", "--sort", "cpuu"}, "did you mean \"cpu\"?"},
      {{"ps", "--columns", "pid,nam"}, "did you mean \"name\"?"},
      {{"ps", "--interval", "5"}, "unit"},
      {{"ps", "--pid", "x"}, "--pid"},
      {{"ps", "--tree", "--top", "3"}, "--top"},
      {{"completion", "tcsh"}, "bash"},
      {{}, "Usage"}};
  for (const auto& [arguments, words] : cases) {
    const finished_child out = run_reeve(arguments);
    EXPECT_EQ(out.exit_code, 2) << out.output;
    EXPECT_THAT(out.output, HasSubstr(words));
  }
}

TEST_F(command_line, check_config_names_a_time_zone_that_is_not_there) {
  const std::string file = (folder_ / "reeve.toml").string();
  std::ofstream(folder_ / "reeve.toml") << "[[job]]\nname = \"a\"\ncommand = '" << reeve_program().string()
                                        << "'\nat = \"02:30\"\ntime_zone = \"Europe/Nowhere\"\n";
  const finished_child out = run_reeve({"check-config", "--config", file});
  EXPECT_EQ(out.exit_code, 3);
  EXPECT_THAT(out.output, HasSubstr(":5:13: error: job.time_zone: "));
  EXPECT_THAT(out.output, HasSubstr("    time_zone = \"Europe/Nowhere\""));
}

TEST_F(command_line, every_verb_has_help_with_examples) {
  const std::string overview = run_reeve({"--help"}).output;
  std::size_t verbs = 0;
  for (const char* verb :
       {"run", "check-config", "reload", "plugins", "ps", "rules", "version", "completion"}) {
    EXPECT_THAT(overview, HasSubstr(cat("\n  ", verb, " ")));
    const finished_child out = run_reeve({verb, "--help"});
    EXPECT_EQ(out.exit_code, 0);
    EXPECT_THAT(out.output, HasSubstr("Examples:\n  ")) << verb;
    EXPECT_THAT(out.output, HasSubstr(cat("reeve ", verb))) << verb;
    ++verbs;
  }
  EXPECT_EQ(verbs, 8u);
}

TEST_F(command_line, a_completion_script_goes_to_standard_output) {
  for (const char* shell : {"bash", "zsh", "fish", "powershell"}) {
    const finished_child out = run_reeve({"completion", shell});
    EXPECT_EQ(out.exit_code, 0);
    for (const char* word : {"check-config", "columns", "powershell"})
      EXPECT_THAT(out.output, HasSubstr(word)) << shell;
  }
}

TEST_F(command_line, output_that_does_not_arrive_is_a_failure) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  child_options how;
  how.program = reeve_program();
  how.output_file = "/dev/full";
  for (const char* verb : {"ps", "version"}) {
    how.arguments = {verb};
    auto started = child::start(how); // not run(), which would read back what the device gives without end
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ(started->wait(long_bound), 1) << verb;
  }
}

TEST_F(command_line, leaks_judges_a_recorded_series) {
  std::string leak = "unix_seconds,value\n", level = leak;
  for (int i = 0; i < 700; ++i) {
    leak += cat(1'700'000'000 + 10 * i, ",", 100 + i / 5 + i % 3, "\n");
    level += cat(1'700'000'000 + 10 * i, ",", 100 + i % 3, "\n");
  }
  write_file(folder_ / "leak.csv", leak);
  write_file(folder_ / "level.csv", level);
  const std::string leaking = (folder_ / "leak.csv").string(), flat = (folder_ / "level.csv").string();

  const finished_child found =
      run_reeve({"leaks", "--trace", leaking, "--resource", "handles", "--limit", "1024", "--json"});
  EXPECT_EQ(found.exit_code, 4) << found.output;
  const boost::json::value a = json_of(found.output);
  EXPECT_TRUE(a.at("suspected").as_bool());
  const double at = a.at("first_suspected_at").to_number<double>();
  EXPECT_GT(at, 1'700'000'000);
  EXPECT_LT(at, 1'700'007'000);
  EXPECT_NEAR(a.at("slope_per_second").to_number<double>(), 0.02, 0.003);
  EXPECT_NEAR(a.at("seconds_to_limit").to_number<double>(), (1024 - 240) / 0.02, 4000);
  EXPECT_GE(a.at("confidence").to_number<double>(), 0.5);

  const finished_child none = run_reeve({"leaks", "--trace", flat, "--json"});
  EXPECT_EQ(none.exit_code, 0) << none.output;
  const boost::json::value b = json_of(none.output);
  EXPECT_FALSE(b.at("suspected").as_bool());
  EXPECT_TRUE(b.at("first_suspected_at").is_null());
  EXPECT_TRUE(b.at("slope_per_second").is_null());
  EXPECT_TRUE(b.at("seconds_to_limit").is_null());
  EXPECT_EQ(b.at("confidence").to_number<double>(), 0);

  EXPECT_THAT(run_reeve({"leaks", "--trace", leaking}).output,
              HasSubstr("a leak of handles is suspected since"));
}

TEST_F(command_line, leaks_names_the_bad_line_and_refuses_what_does_not_go_together) {
  write_file(folder_ / "bad.csv", "1,2\n2,x\n");
  const std::string bad = (folder_ / "bad.csv").string();
  const finished_child line = run_reeve({"leaks", "--trace", bad});
  EXPECT_EQ(line.exit_code, 1);
  EXPECT_THAT(line.output, HasSubstr(bad + ":2: \"x\" is not a number"));
  EXPECT_EQ(run_reeve({"leaks", "--trace", (folder_ / "none.csv").string()}).exit_code, 1);
  EXPECT_EQ(run_reeve({"leaks", "--trace", bad, "--for", "1m"}).exit_code, 2);
  EXPECT_EQ(run_reeve({"leaks", "--resource", "sockets"}).exit_code, 2);
  EXPECT_EQ(run_reeve({"leaks", "--limit", "5"}).exit_code, 2);
  EXPECT_EQ(run_reeve({"leaks", "--interval", "0s"}).exit_code, 2);
}

TEST_F(command_line, leaks_watches_this_machine) {
  const bystander other;
  const finished_child out =
      run_reeve({"leaks", "--for", "300ms", "--interval", "100ms", "--name", other.name() + "*", "--json"});
  EXPECT_EQ(out.exit_code, 0) << out.output;
  const boost::json::value document = json_of(out.output);
  EXPECT_GE(document.at("processes").to_number<std::int64_t>(), 1);
  EXPECT_GE(document.at("readings").to_number<std::int64_t>(), 2);
  EXPECT_TRUE(document.at("suspects").as_array().empty());
}

} // namespace
} // namespace reeve::test
