// SPDX-License-Identifier: Apache-2.0
// The plugin in a host of the test's: what it shows, when, and what becomes of it. Time moves by host.interval_ns.
#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using reeve::testing::fake_plugin_host;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::Optional;

class handle_leak_test : public testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(host.violations(), IsEmpty()); }

  // One descriptor a second from pid 7, nothing from the others, which use theirs up and down.
  void ticks(int n, bool leaks = true) {
    for (int i = 0; i < n; ++i, ++tick_) {
      for (auto& p : host.processes.rows) {
        p.row.threads = 4;
        p.row.private_bytes = 4096ull * 3000;
        p.row.open_handles = 10 + static_cast<std::uint64_t>(tick_ * static_cast<int>(p.row.pid)) % 23;
        if (p.row.pid == 7) {
          leaked_ += leaks ? 1 : 0;
          p.row.open_handles = 12 + leaked_ + static_cast<std::uint64_t>(tick_ % 3);
          if (const auto at = host.open_files.processes.find(7);
              at != host.open_files.processes.end() && leaks)
            ++at->second.by_kind[leaks_];
        }
      }
      ASSERT_EQ(host.sample(), REEVE_OK) << host.last_error();
    }
  }
  void start(const std::string& toml = "") {
    host.interval_ns = 1'000'000'000;
    host.run(toml);
    host.processes.add(7, 100, "leaker").row.open_handles_limit = 1024;
    for (std::uint32_t pid = 8; pid < 28; ++pid)
      host.processes.add(pid, 100 + pid, "good");
  }
  std::optional<double> of_leaker(const std::string& family, const std::string& resource = "handles") const {
    return host.value(family + "{resource=\"" + resource + "\",pid=\"7\",name=\"leaker\"}");
  }

  // From now on the leaker's handles may be looked into.
  void has_open(std::uint32_t kind, std::uint64_t count) {
    auto& p = host.open_files.processes[7];
    p.start = 100;
    p.by_kind[kind] = count;
    p.targets = {{REEVE_HANDLE_FILE, "/tmp/file"}, {REEVE_HANDLE_SOCKET, "socket:[77]"}};
  }
  std::optional<double> unread(const std::string& reason) const {
    return host.value("reeve_leak_kinds_unread_total{reason=\"" + reason + "\"}");
  }

  fake_plugin_host host;
  std::uint32_t leaks_ = REEVE_HANDLE_FILE;

 private:
  int tick_ = 0;
  std::uint64_t leaked_ = 0;
};

TEST_F(handle_leak_test, the_leaker_is_named_within_two_minutes_and_nobody_else) {
  start();
  ticks(120);
  EXPECT_THAT(of_leaker("reeve_leak_suspected"), Optional(1));
  EXPECT_THAT(of_leaker("reeve_leak_slope_per_second"), Optional(DoubleNear(1, 0.1)));
  EXPECT_THAT(of_leaker("reeve_leak_seconds_to_limit"), Optional(DoubleNear(1024 - 132, 40)));
  EXPECT_GE(of_leaker("reeve_leak_confidence_ratio").value_or(0), 0.5);
  EXPECT_THAT(host.with_prefix("reeve_leak_suspected"),
              ElementsAre("reeve_leak_suspected{resource=\"handles\",pid=\"7\",name=\"leaker\"}"));
  EXPECT_THAT(host.value("reeve_leak_suspicions_total{resource=\"handles\"}"), Optional(1));
  EXPECT_THAT(host.value("reeve_leak_watched_processes"), Optional(21));
}

TEST_F(handle_leak_test, without_a_trend_there_are_no_series_of_processes) {
  start();
  ticks(300, false);
  EXPECT_EQ(host.published().size(), 11u); // watched, two limits, three counters and five
  EXPECT_THAT(host.events, IsEmpty());
}

TEST_F(handle_leak_test, a_suspicion_begins_and_ends_with_an_event) {
  start();
  ticks(150);
  ASSERT_EQ(host.events.size(), 1u);
  const auto begin = host.events[0];
  EXPECT_EQ(begin.id, 1u);
  EXPECT_EQ(begin.severity, static_cast<std::uint32_t>(REEVE_WARN));
  EXPECT_EQ(begin.name, "leak.suspected");
  EXPECT_THAT(begin.message, testing::StartsWith("leaker (7) is suspected to leak handles: "));
  EXPECT_EQ(begin.fields.at("pid"), "7");
  EXPECT_EQ(begin.fields.at("resource"), "handles");
  EXPECT_TRUE(begin.fields.contains("seconds_to_limit"));
  ticks(400, false);
  ASSERT_EQ(host.events.size(), 2u);
  EXPECT_EQ(host.events[1].id, 2u);
  EXPECT_EQ(host.events[1].name, "leak.ended");
  EXPECT_EQ(host.events[1].fields.at("reason"), "trend ended");
  EXPECT_GT(std::stod(host.events[1].fields.at("slope_per_second")), 0);
  EXPECT_GT(std::stod(host.events[1].fields.at("confidence")), 0);
  EXPECT_THAT(host.with_prefix("reeve_leak_suspected"), IsEmpty());
  EXPECT_THAT(host.value("reeve_leak_suspicions_total{resource=\"handles\"}"), Optional(1));
}

TEST_F(handle_leak_test, the_end_of_the_process_ends_the_suspicion) {
  start();
  ticks(150);
  host.processes.remove(7);
  ticks(1);
  ASSERT_EQ(host.events.size(), 2u);
  EXPECT_EQ(host.events[1].fields.at("reason"), "process ended");
  EXPECT_THAT(host.with_prefix("reeve_leak_slope"), IsEmpty());
  EXPECT_THAT(host.value("reeve_leak_watched_processes"), Optional(20));
}

TEST_F(handle_leak_test, a_reused_pid_is_another_process) {
  start();
  ticks(150);
  host.processes.remove(7);
  host.processes.add(7, 999, "leaker");
  ticks(1);
  EXPECT_EQ(host.events.size(), 2u);
  EXPECT_THAT(of_leaker("reeve_leak_suspected"), Eq(std::nullopt));
  ticks(50);
  EXPECT_EQ(host.events.size(), 2u); // its past is not the other's
}

TEST_F(handle_leak_test, a_configured_limit_goes_before_the_systems) {
  start("limit_handles = 500");
  ticks(120);
  EXPECT_THAT(of_leaker("reeve_leak_seconds_to_limit"), Optional(DoubleNear(500 - 132, 40)));
}

TEST_F(handle_leak_test, without_a_limit_there_is_no_time_to_it) {
  start();
  host.processes.at(7).row.open_handles_limit = UINT64_MAX;
  ticks(120);
  EXPECT_THAT(of_leaker("reeve_leak_suspected"), Optional(1));
  EXPECT_THAT(of_leaker("reeve_leak_seconds_to_limit"), Eq(std::nullopt));
}

TEST_F(handle_leak_test, what_cannot_be_read_is_no_reading) {
  start();
  ticks(60);
  host.processes.at(7).row.present &= ~static_cast<std::uint32_t>(REEVE_PROCESS_OPEN_HANDLES);
  ticks(5);
  host.processes.at(7).row.present |= REEVE_PROCESS_OPEN_HANDLES;
  ticks(65);
  EXPECT_THAT(of_leaker("reeve_leak_suspected"), Optional(1));
}

TEST_F(handle_leak_test, processes_over_the_limit_are_counted_and_told_once) {
  start("max_processes = 5");
  ticks(3);
  EXPECT_THAT(host.value("reeve_leak_watched_processes"), Optional(5));
  EXPECT_THAT(host.value("reeve_leak_limited{limit=\"max_processes\"}"), Optional(16));
  EXPECT_EQ(host.logs().size(), 1u);
}

TEST_F(handle_leak_test, suspects_over_the_limit_have_no_series_and_are_counted) {
  host.interval_ns = 1'000'000'000;
  host.run("max_reported = 2");
  for (std::uint32_t pid = 1; pid <= 5; ++pid)
    host.processes.add(pid, pid, "leaker");
  for (std::uint64_t i = 0; i < 130; ++i) {
    for (auto& p : host.processes.rows)
      p.row.open_handles = 5 + i;
    ASSERT_EQ(host.sample(), REEVE_OK);
  }
  EXPECT_EQ(host.with_prefix("reeve_leak_suspected").size(), 2u);
  EXPECT_THAT(host.value("reeve_leak_limited{limit=\"max_reported\"}"), Optional(3));
  EXPECT_EQ(host.events.size(), 5u); // everybody is told of
}

TEST_F(handle_leak_test, the_same_reading_again_is_no_second_one) {
  start();
  ticks(50);
  host.processes.same_reading = true;
  ASSERT_EQ(host.sample(), REEVE_OK) << host.last_error();
  host.processes.same_reading = false;
  ticks(70);
  EXPECT_THAT(of_leaker("reeve_leak_suspected"), Optional(1));
}

TEST_F(handle_leak_test, the_kind_that_grew_is_named_and_not_the_one_there_is_most_of) {
  start();
  has_open(REEVE_HANDLE_FILE, 500);
  leaks_ = REEVE_HANDLE_SOCKET;
  ticks(120);
  ASSERT_EQ(host.events.size(), 1u);
  const auto& fields = host.events[0].fields;
  EXPECT_EQ(fields.at("kind"), "socket");
  EXPECT_GT(std::stod(fields.at("kind_count")), 20);
  EXPECT_EQ(fields.at("example"), "socket:[77]");
  EXPECT_THAT(host.events[0].message, testing::HasSubstr("of the kind socket"));
  const auto shown = host.with_prefix("reeve_leak_handles");
  EXPECT_THAT(shown, ElementsAre("reeve_leak_handles{pid=\"7\",name=\"leaker\",kind=\"socket\"}"));
  EXPECT_THAT(host.value(shown[0]), Optional(DoubleNear(120, 11))); // as of the last of its readings
  EXPECT_THAT(unread("access_denied"), Optional(0));
}

TEST_F(handle_leak_test, only_suspects_and_candidates_are_looked_into_and_not_at_every_tick) {
  start();
  has_open(REEVE_HANDLE_FILE, 5);
  ticks(300, false);
  EXPECT_EQ(host.open_files.readings, 0u);
  leaks_ = REEVE_HANDLE_FILE;
  ticks(300);
  const std::uint64_t before = host.open_files.readings;
  EXPECT_GT(before, 0u);
  ticks(50);
  EXPECT_EQ(host.open_files.readings - before, 5u);
}

TEST_F(handle_leak_test, a_kind_that_cannot_be_read_is_unknown_with_its_reason) {
  start();
  has_open(REEVE_HANDLE_FILE, 5);
  host.open_files.processes[7].status = REEVE_E_DENIED;
  ticks(120);
  ASSERT_EQ(host.events.size(), 1u);
  EXPECT_EQ(host.events[0].fields.at("kind"), "unknown");
  EXPECT_FALSE(host.events[0].fields.contains("kind_count"));
  EXPECT_GE(unread("access_denied").value_or(0), 1);
  EXPECT_THAT(host.value("reeve_leak_handles{pid=\"7\",name=\"leaker\",kind=\"unknown\"}"),
              Optional(DoubleNear(132, 3)));
  host.open_files.processes[7].status = REEVE_OK; // rights came
  ticks(11);
  EXPECT_THAT(host.with_prefix("reeve_leak_handles"),
              ElementsAre("reeve_leak_handles{pid=\"7\",name=\"leaker\",kind=\"file\"}"));
}

TEST_F(handle_leak_test, a_host_without_open_files_leaves_the_kind_unknown) {
  host.missing_extensions.insert(REEVE_EXT_OPEN_FILES);
  start();
  ticks(120);
  ASSERT_EQ(host.events.size(), 1u);
  EXPECT_EQ(host.events[0].fields.at("kind"), "unknown");
  EXPECT_GE(unread("unsupported").value_or(0), 1);
}

TEST_F(handle_leak_test, no_more_processes_than_allowed_are_read_in_a_tick_and_the_rest_has_its_turn) {
  host.interval_ns = 1'000'000'000;
  host.run("kind_readings = 2");
  for (std::uint32_t pid = 1; pid <= 5; ++pid) {
    host.processes.add(pid, pid, "leaker");
    host.open_files.processes[pid].start = pid;
  }
  std::uint64_t most = 0;
  for (std::uint64_t i = 0; i < 130; ++i) {
    for (auto& p : host.processes.rows)
      p.row.open_handles = host.open_files.processes[p.row.pid].by_kind[REEVE_HANDLE_PIPE] = 5 + i;
    const std::uint64_t before = host.open_files.readings;
    ASSERT_EQ(host.sample(), REEVE_OK);
    most = std::max(most, host.open_files.readings - before);
  }
  EXPECT_EQ(most, 4u); // an example for each of the two
  EXPECT_THAT(unread("limit"), Optional(3));
  std::size_t pipes = 0;
  for (const std::string& shown : host.with_prefix("reeve_leak_handles"))
    pipes += shown.ends_with("kind=\"pipe\"}") ? 1 : 0;
  EXPECT_EQ(pipes, 5u);
}

TEST_F(handle_leak_test, kinds_may_be_switched_off) {
  start("kind_readings = 0");
  has_open(REEVE_HANDLE_FILE, 5);
  ticks(120);
  EXPECT_EQ(host.open_files.readings, 0u);
  ASSERT_EQ(host.events.size(), 1u);
  EXPECT_FALSE(host.events[0].fields.contains("kind"));
  EXPECT_THAT(host.with_prefix("reeve_leak_handles"), IsEmpty());
}

TEST_F(handle_leak_test, the_end_of_a_suspicion_tells_its_kind_too) {
  start();
  has_open(REEVE_HANDLE_FILE, 5);
  leaks_ = REEVE_HANDLE_EVENT;
  ticks(150);
  host.processes.remove(7);
  host.open_files.processes.erase(7);
  ticks(1);
  ASSERT_EQ(host.events.size(), 2u);
  EXPECT_EQ(host.events[1].fields.at("kind"), "event");
  EXPECT_THAT(host.with_prefix("reeve_leak_handles"), IsEmpty());
}

TEST_F(handle_leak_test, without_a_process_table_it_does_not_start) {
  host.missing_extensions.insert(REEVE_EXT_PROCESS_TABLE);
  EXPECT_EQ(host.configure(""), REEVE_OK);
  EXPECT_EQ(host.start(), REEVE_E_UNSUPPORTED);
}

} // namespace
