// SPDX-License-Identifier: Apache-2.0
// Actions other than restart, on real processes.
#include "tests/integration/remedies.hpp"

#include "tests/support/marked_processes.hpp"

#include <gmock/gmock.h>

#include <random>

namespace reeve::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

class remedies_actions_test : public remedies {
 protected:
  static std::string mapping(std::string_view step) {
    return webhook(
        cat("[[webhook.alert]]\nname = \"odd\"\nmatch = \"alertname=odd\"\nmode = \"act\"\n", step));
  }
  void raise(const alert_labels& more = {}) const {
    alert_labels labels{{"alertname", "odd"}};
    labels.insert(labels.end(), more.begin(), more.end());
    EXPECT_EQ(post_alerts(alert("a", labels)).status, 200u);
  }
  std::vector<std::filesystem::path> dumps() const {
    std::vector<std::filesystem::path> out;
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator(agent_->state_folder() / agent_->instance() / "dumps", none))
      out.push_back(entry.path());
    return out;
  }
};

TEST_F(remedies_actions_test, a_dump_is_written_and_the_process_goes_on) {
  const bool is_linux = executable_name("x") == "x";
  if (is_linux && !std::filesystem::exists("/usr/bin/gdb"))
    GTEST_SKIP() << "a dump needs gdb (Debian's package gdb)";
  // Under a sanitizer a program of ours has terabytes of memory.
  start((is_linux ? "[[process]]\nname = \"web\"\ncommand = \"/bin/sleep\"\nargs = [\"1000\"]\n"
                  : process("web", "[\"stay\"]", "stop_timeout = \"2s\"\n")) +
        mapping("action = \"dump\"\ntarget = \"process:web\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  const std::int64_t before = pid_of("web");
  raise();
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"dump\""})) << audit();
  if (audited({"\"action_ended\"", "gdb wrote no dump", "not permitted"}) == 1)
    GTEST_SKIP() << "this account may not look into other processes: " << audit();
  EXPECT_EQ(audited({"\"action_ended\"", "\"succeeded\""}), 1u) << audit();
  EXPECT_EQ(pid_of("web"), before);
  EXPECT_EQ(state_of("web"), "running");
  ASSERT_EQ(dumps().size(), 1u) << agent_->log();
  EXPECT_THAT(dumps()[0].filename().string(), HasSubstr(std::to_string(before)));
  EXPECT_THAT(read_file(dumps()[0]).substr(0, 4), AnyOf("\x7f"
                                                        "ELF",
                                                        "MDMP"));
  EXPECT_THAT(agent_->log(), HasSubstr("wrote a dump"));
}

// SIGHUP ends one that has nothing to read again.
TEST_F(remedies_actions_test, a_reload_is_a_signal) {
  start(process("web", "[\"stay\"]", "stop_timeout = \"2s\"\nrestart = \"never\"\n") +
        mapping("action = \"reload\"\ntarget = \"process:web\"\n"));
  ASSERT_TRUE(reaches("web", "running"));
  raise();
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"reload\""})) << audit();
  if (executable_name("x") != "x") {
    EXPECT_EQ(audited({"\"action_ended\"", "\"failed\"", "there are no signals on Windows"}), 1u) << audit();
    return;
  }
  EXPECT_EQ(audited({"\"action_ended\"", "\"succeeded\""}), 1u) << audit();
  ASSERT_TRUE(reaches("web", "exited"));
  EXPECT_EQ(status_of("web").at("last_end").as_string(), "signal 1");
}

TEST_F(remedies_actions_test, one_that_has_ended_gets_no_signal) {
  start(process("web", "[\"exit\", \"0\"]", "restart = \"never\"\n") +
        mapping("action = \"kill\"\ntarget = \"process:web\"\n"));
  ASSERT_TRUE(reaches("web", "exited"));
  raise();
  EXPECT_TRUE(becomes_audited({"\"action_ended\"", "\"kill\"", "\"failed\"", "process web does not run"}))
      << audit();
}

class jobs_as_targets : public remedies_actions_test {
 protected:
  // With a time limit that a look at the wrong thing would wait out.
  void start_and_raise(const std::string& job_arguments, const std::string& action) {
    const auto program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
    start("[[job]]\nname = \"backup\"\nschedule = \"0 0 1 1 *\"\ncommand = '" + program.string() +
          "'\nargs = " + job_arguments + "\nstop_timeout = \"2s\"\n" +
          mapping("action = \"" + action + "\"\ntarget = \"process:backup\"\ntimeout = \"15s\"\n"));
    if (action == "stop") {
      ASSERT_EQ(tell("start", {"backup"}).exit_code, 0);
      ASSERT_TRUE(reaches("backup", "running"));
    }
    raise();
    ASSERT_TRUE(becomes_audited({"\"action_ended\""})) << audit();
  }
};

TEST_F(jobs_as_targets, a_run_that_is_over_before_anybody_looks_was_started) {
  start_and_raise("[\"exit\", \"0\"]", "start");
  EXPECT_EQ(audited({"\"action_ended\"", "\"start\"", "\"succeeded\""}), 1u) << audit();
}

TEST_F(jobs_as_targets, a_run_that_fails_at_once_is_a_failed_action) {
  start_and_raise("[\"exit\", \"3\"]", "restart");
  EXPECT_EQ(audited({"\"action_ended\"", "\"restart\"", "\"failed\"", "exit code 3"}), 1u) << audit();
}

TEST_F(jobs_as_targets, one_that_was_stopped_waits_for_its_next_run) {
  start_and_raise("[\"stay\"]", "stop");
  EXPECT_EQ(audited({"\"action_ended\"", "\"stop\"", "\"succeeded\""}), 1u) << audit();
}

// Commands that run beside each other share nothing: the end of one is no end of the others.
TEST_F(remedies_actions_test, a_command_that_is_killed_takes_no_other_along) {
  const auto program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
  const auto file = folder_ / "go";
  const auto runs = [&](std::string_view name, std::string_view args, std::string_view more = {}) {
    return cat("[[webhook.alert]]\nname = \"", name, "\"\nmatch = \"alertname=", name,
               "\"\nmode = \"act\"\naction = \"run\"\ncommand = ['", program.string(), "', ", args, "]\n",
               more);
  };
  start(webhook(cat(runs("long", cat("'wait-for', '", file.string(), "', '0'")),
                    runs("stuck", "'stay'", "timeout = \"1s\"\n"), runs("last", "'exit', '0'"))));
  const auto send = [&](std::string_view name) {
    EXPECT_EQ(post_alerts(alert(name, {{"alertname", std::string(name)}})).status, 200u);
  };
  send("long");
  ASSERT_TRUE(becomes_audited({"\"action_begins\"", "alert long"})) << audit();
  send("stuck");
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "alert stuck", "\"timed_out\""})) << audit();
  send("last");
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "alert last"})) << audit();
  EXPECT_EQ(audited({"\"action_ended\"", "alert last", "\"succeeded\""}), 1u) << audit();
  write_file(file, "");
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "alert long"})) << audit();
  EXPECT_EQ(audited({"\"action_ended\"", "alert long", "\"succeeded\""}), 1u) << audit();
}

TEST_F(remedies_actions_test, a_command_that_fails_is_recorded_with_the_last_line_that_it_wrote) {
  const auto program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
  start(mapping(cat("action = \"run\"\ncommand = ['", program.string(), "', 'no-such-verb']\n")));
  raise();
  const std::string why = "it ended with exit code 2: bystander wait [THREADS FILES] | print ARG... | ";
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"failed\"", why})) << audit();
}

TEST_F(remedies_actions_test, of_what_a_command_wrote_one_line_is_recorded_and_of_a_long_one_its_beginning) {
  if (executable_name("x") != "x") GTEST_SKIP() << "there is no shell";
  start(mapping("action = \"run\"\ncommand = [\"/bin/sh\", \"-c\", "
                "'seq 100000; echo; printf \"no\\tbackup \\377%0300d\\n\\n\" 0 >&2; exit 3']\n"));
  raise();
  ASSERT_TRUE(becomes_audited(
      {"\"action_ended\"", "\"failed\"",
       cat("\"why\":\"it ended with exit code 3: no backup \xef\xbf\xbd", std::string(187, '0'), "\"")}))
      << audit();
  const auto actions = agent_->state_folder() / agent_->instance() / "actions";
  for (const auto& entry : std::filesystem::directory_iterator(actions))
    EXPECT_TRUE(entry.is_directory()) << entry.path() << " is left";
}

// Nobody has its time in hand any more, and the next one is not taken for it.
TEST_F(remedies_actions_test, a_command_of_an_agent_that_was_killed_is_ended_by_the_next) {
  const auto program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
  const auto runs = [&](std::string_view name, std::string_view args) {
    return cat("[[webhook.alert]]\nname = \"", name, "\"\nmatch = \"alertname=", name,
               "\"\nmode = \"act\"\naction = \"run\"\ncommand = ['", program.string(), "', ", args, "]\n");
  };
  const auto send = [&](std::string_view name) {
    EXPECT_EQ(post_alerts(alert("a", {{"alertname", std::string(name)}})).status, 200u);
  };
  const std::string mark = std::to_string(std::random_device{}());
  const auto left = [&] {
    auto out = marked_processes("REEVE_LEFT", mark);
    std::erase(out, agent_->process().pid());
    return out;
  };
  start(webhook(cat(runs("long", "'stay'"), runs("next", "'exit', '0'"))), {{"REEVE_LEFT", mark}});
  send("long");
  const auto began = [&] { return left().size() == 2; }; // with its keeper
  ASSERT_TRUE(wait_until(began, long_bound)) << audit();
  replace_agent(true);
  EXPECT_TRUE(wait_until([&] { return left().empty(); }, long_bound)) << left().size() << " live on";
  send("next");
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "alert next"})) << audit();
  EXPECT_EQ(audited({"\"action_ended\"", "alert next", "\"succeeded\""}), 1u) << audit();
}

class holders : public remedies_actions_test {
 protected:
  void SetUp() override { write_file(file_, "held"); }
  std::unique_ptr<child> hold() {
    child_options how;
    how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander");
    how.arguments = {"hold", file_.string()};
    how.output_file = folder_ / cat("holder ", ++holders_);
    auto started = child::start(how);
    EXPECT_TRUE(started);
    if (!started) return nullptr;
    EXPECT_TRUE(wait_until([&] { return started->output().find("ready") != std::string::npos; }, long_bound));
    return std::make_unique<child>(std::move(*started));
  }
  void start_and_raise() {
    start(mapping("action = \"kill\"\ntarget = \"file:{path}\"\n"));
    std::string path = file_.string();
    for (auto at = path.find('\\'); at != path.npos; at = path.find('\\', at + 2))
      path.insert(at, 1, '\\');
    raise({{"path", path}});
  }

  const std::filesystem::path file_ = folder_ / "file";
  int holders_ = 0;
};

TEST_F(holders, the_one_of_a_file_is_killed) {
  const auto holder = hold();
  ASSERT_TRUE(holder);
  start_and_raise();
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"kill\"", "\"succeeded\""})) << audit() << agent_->log();
  EXPECT_TRUE(holder->wait(long_bound));
}

TEST_F(holders, of_several_none_is_chosen) {
  const auto first = hold(), second = hold();
  ASSERT_TRUE(first && second);
  start_and_raise();
  ASSERT_TRUE(becomes_audited({"\"refused\"", "\"target\"", "2 processes hold "}))
      << audit() << agent_->log();
  EXPECT_TRUE(first->running() && second->running());
}

} // namespace
} // namespace reeve::test
