// SPDX-License-Identifier: Apache-2.0
// `reeve audit` on a log that an agent has left.
#include "tests/integration/reeve_command.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/state_file.hpp"
#include "reeve/remedy/audit_check.hpp"
#include "reeve/remedy/audit_log.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class audit_command : public testing::Test {
 protected:
  void SetUp() override {
    const std::string folder = text_of(folder_.path());
    ASSERT_TRUE(os::make_private_folder(cat(folder, "/default/audit")));
    log_path_ = remedy::audit_file(cat(folder, "/default"));
    write_file(folder_ / "reeve.toml", cat("[agent]\nstate_dir = '", folder, "'\n"));
    auto log = remedy::audit_log::open({log_path_}, system_clock()).value();
    remedy::audit_entry e;
    e.source = "rule leak";
    e.action = "restart";
    e.target = {"process", "web", 12, 345, "process 12 (web)"};
    e.guard = "cooldown";
    e.why = "the last one was 1m ago";
    e.event = remedy::audit_event::refused;
    log->append(e).value();
    e.guard = e.why = "";
    e.event = remedy::audit_event::action_begins;
    e.action_id = log->append(e).value();
    e.event = remedy::audit_event::action_ended;
    e.outcome = "succeeded";
    log->append(e).value();
  }
  static std::string text_of(const std::filesystem::path& path) {
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
  }
  finished_child audit(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--config", text_of(folder_ / "reeve.toml")});
    return run_reeve("audit", std::move(arguments));
  }

  static remedy::audit_entry entry(std::string source, std::size_t length = 100) {
    remedy::audit_entry e;
    e.event = remedy::audit_event::refused;
    e.source = std::move(source);
    e.why = std::string(length, 'x');
    return e;
  }
  child follow(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"audit", "-f"});
    arguments.insert(arguments.end(), {"--config", text_of(folder_ / "reeve.toml")});
    child_options how;
    how.program = reeve_program();
    how.arguments = std::move(arguments);
    how.output_file = folder_ / "followed";
    auto started = child::start(how);
    EXPECT_TRUE(started) << started.error().message;
    return *std::move(started);
  }
  // Whether it comes to show the entries of these numbers, in this order and no others.
  static bool shows(const child& follower, const std::vector<std::uint64_t>& wanted) {
    return wait_until(
        [&] {
          std::vector<std::uint64_t> shown;
          std::string text = follower.output();
          std::erase(text, '\r');
          text.erase(text.rfind('\n') + 1);
          for (std::string_view rest = text; !rest.empty();)
            if (const auto e = remedy::entry_from_line(take_until(rest, '\n'))) shown.push_back(e->seq);
          return shown == wanted;
        },
        long_bound);
  }

  temp_dir folder_;
  std::string log_path_;
};

TEST_F(audit_command, lists_what_was_done_and_refused) {
  const finished_child all = audit({});
  EXPECT_EQ(all.exit_code, 0);
  EXPECT_THAT(all.output,
              HasSubstr("  refused by cooldown  restart process:web  rule leak: the last one was 1m ago\n"));
  EXPECT_THAT(all.output, HasSubstr("  action_ended  restart process:web  succeeded  rule leak\n"));
  const finished_child some =
      audit({"--result", "refused", "--rule", "leak", "--target", "web", "--since", "1h"});
  EXPECT_THAT(some.output, HasSubstr("cooldown"));
  EXPECT_THAT(some.output, Not(HasSubstr("action_")));
  EXPECT_EQ(audit({"--rule", "other"}).output, "");
}

TEST_F(audit_command, prints_json) {
  const boost::json::value out = boost::json::parse(audit({"--json"}).output);
  ASSERT_EQ(out.as_array().size(), 3u);
  EXPECT_EQ(out.at(0).at("guard").as_string(), "cooldown");
  EXPECT_EQ(out.at(1).at("target").at("pid").as_int64(), 12);
}

TEST_F(audit_command, verify_says_where_a_line_was_changed) {
  const finished_child good = audit({"verify"});
  EXPECT_EQ(good.exit_code, 0) << good.output;
  EXPECT_THAT(good.output,
              HasSubstr("3 entries in 1 file are as they were written; 1 actions, 0 of them not ended"));
  std::string text = os::read_state_file(log_path_).value();
  text.replace(text.find("cooldown"), 8, "maintena");
  ASSERT_TRUE(os::write_state_file(log_path_, text));
  const finished_child bad = audit({"verify"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.output, HasSubstr("audit.jsonl:2: it does not follow the line before it"));
  EXPECT_FALSE(boost::json::parse(audit({"verify", "--json"}).output).at("ok").as_bool());
}

// Each file holds one entry, no two of the same length, so that it is renamed more often than anybody looks.
TEST_F(audit_command, follows_what_is_written_over_the_ends_of_files_each_once) {
  child follower = follow({"--json"});
  ASSERT_TRUE(shows(follower, {1, 2, 3})) << follower.output();
  auto log = remedy::audit_log::open({log_path_, 300, 100}, system_clock()).value();
  std::vector<std::uint64_t> all{1, 2, 3};
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i)
      all.push_back(log->append(entry("rule leak", 200 + all.size() * 37 % 101)).value());
    EXPECT_TRUE(shows(follower, all)) << follower.output();
  }
  EXPECT_GT(remedy::audit_files(log_path_).size(), 10u);
}

TEST_F(audit_command, follows_with_a_filter) {
  child follower = follow({"--rule", "hang", "--json"});
  auto log = remedy::audit_log::open({log_path_}, system_clock()).value();
  log->append(entry("rule leak")).value();
  log->append(entry("rule hang")).value();
  log->append(entry("rule leak")).value();
  log->append(entry("rule hang")).value();
  EXPECT_TRUE(shows(follower, {5, 7})) << follower.output();
}

TEST_F(audit_command, follows_a_log_that_is_not_there_yet) {
  std::filesystem::remove_all(folder_ / "default");
  child follower = follow({"--json"});
  ASSERT_TRUE(os::make_private_folder(cat(text_of(folder_.path()), "/default/audit")));
  auto log = remedy::audit_log::open({log_path_}, system_clock()).value();
  log->append(entry("rule leak")).value();
  EXPECT_TRUE(shows(follower, {1})) << follower.output();
  EXPECT_TRUE(follower.running());
}

TEST_F(audit_command, verify_counts_what_the_log_tells_of_its_losses) {
  auto log = remedy::audit_log::open({log_path_}, system_clock()).value();
  remedy::audit_entry e = entry("");
  e.event = remedy::audit_event::entries_lost;
  log->append(e).value();
  const finished_child verified = audit({"verify"});
  EXPECT_EQ(verified.exit_code, 0);
  EXPECT_THAT(verified.output, HasSubstr("\n1 of them tell of torn, missing or unwritten lines"));
  EXPECT_THAT(audit({"--result", "entries_lost"}).output, HasSubstr("entries_lost"));
}

TEST_F(audit_command, says_when_there_is_no_log_and_what_a_wrong_option_is) {
  std::filesystem::remove_all(folder_ / "default");
  const finished_child none = audit({});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.output, HasSubstr("there is no audit log"));
  const finished_child since = audit({"--since", "yesterday"});
  EXPECT_EQ(since.exit_code, 2);
  EXPECT_THAT(since.output, HasSubstr("2026-11-18T11:00:00Z"));
}

TEST_F(audit_command, takes_times_with_and_without_milliseconds) {
  for (const char* time : {"2001-01-01T00:00:00Z", "2001-01-01T00:00:00.000Z"})
    EXPECT_THAT(audit({"--since", time}).output, HasSubstr("cooldown")) << time;
  for (const char* time : {"2201-01-01T00:00:00Z", "2201-01-01T00:00:00.000Z"})
    EXPECT_EQ(audit({"--since", time}).output, "") << time;
  EXPECT_EQ(audit({"--since", "2001-01-01T00:00:61Z"}).exit_code, 2);
}

TEST_F(audit_command, verify_looks_at_all_of_it) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--rule", "leak"},
                                                {"--target", "web"},
                                                {"--result", "refused"},
                                                {"--since", "1h"},
                                                {"-f"}}) {
    auto all = words;
    all.insert(all.begin(), "verify");
    const finished_child refused = audit(all);
    EXPECT_EQ(refused.exit_code, 2) << words.front();
    EXPECT_THAT(refused.output, HasSubstr("verify looks at the whole log"));
  }
}

TEST_F(audit_command, verify_names_no_line_where_there_is_none) {
  std::filesystem::remove(folder_ / "default" / "audit" / "audit.jsonl.head");
  EXPECT_THAT(audit({"verify"}).output, HasSubstr("audit.jsonl: "));
}

} // namespace
} // namespace reeve::test
