// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using reeve::testing::fake_plugin_host;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* one_watch = R"(
[[watch]]
name = "db"
paths = ["/data/*.db"]
)";
constexpr const char* pattern = "/data/*.db";

class file_lock : public testing::Test {
 protected:
  file_lock() {
    host_.processes.add(5, 50, "writer");
    host_.processes.add(6, 60, "reader");
    host_.processes.add(7, 70, "other");
    host_.interval_ns = 10'000'000'000;
  }
  void run(const char* toml = one_watch) {
    host_.run(toml);
    EXPECT_THAT(host_.violations(), IsEmpty());
  }
  double value(const std::string& exposed) {
    const auto v = host_.value(exposed);
    EXPECT_TRUE(v) << exposed;
    return v.value_or(-1);
  }
  void tick() { ASSERT_EQ(host_.sample(), REEVE_OK) << host_.last_error(); }

  fake_plugin_host host_;
};

TEST_F(file_lock, holders_are_processes_and_locks_have_an_age) {
  const auto file = host_.file_locks.file("/data/a.db", {pattern});
  host_.file_locks.open(file, {5, 50}, REEVE_ACCESS_READ);
  host_.file_locks.open(file, {5, 50}, REEVE_ACCESS_WRITE);
  host_.file_locks.open(file, {6, 60}, REEVE_ACCESS_READ);
  host_.file_locks.held(file, {{5, 50}});
  run();
  EXPECT_EQ(host_.file_locks.wanted(), REEVE_FILES_OPENINGS);
  EXPECT_THAT(host_.file_locks.patterns_wanted(), ElementsAre(pattern));
  tick();
  tick();
  tick();
  EXPECT_EQ(value(R"(reeve_file_holders{watch="db",path="/data/a.db"})"), 2);
  EXPECT_EQ(value(R"(reeve_file_lock_waiters{watch="db",path="/data/a.db"})"), 0);
  EXPECT_GE(value(R"(reeve_file_locked_seconds{watch="db",path="/data/a.db"})"), 20);
  EXPECT_EQ(value(R"(reeve_file_watch_files{watch="db"})"), 1);
  EXPECT_THAT(
      host_.with_prefix("reeve_file_holder_info"),
      ElementsAre(
          R"(reeve_file_holder_info{watch="db",path="/data/a.db",pid="5",name="writer",access="read+write",lock="flock write"})",
          R"(reeve_file_holder_info{watch="db",path="/data/a.db",pid="6",name="reader",access="read"})"));
  EXPECT_THAT(host_.events, IsEmpty());
}

TEST_F(file_lock, an_age_begins_anew_in_other_hands) {
  const auto lock_by = [&](std::uint32_t pid, std::uint64_t start) {
    host_.file_locks.clear();
    host_.file_locks.held(host_.file_locks.file("/data/a.db", {pattern}), {{pid, start}});
  };
  lock_by(5, 50);
  run();
  tick();
  tick();
  tick();
  EXPECT_GE(value(R"(reeve_file_locked_seconds{watch="db",path="/data/a.db"})"), 20);
  lock_by(5, 51); // the pid of another process by now
  tick();
  EXPECT_LT(value(R"(reeve_file_locked_seconds{watch="db",path="/data/a.db"})"), 1);
  host_.file_locks.clear();
  host_.file_locks.file("/data/a.db", {pattern});
  tick();
  EXPECT_EQ(value(R"(reeve_file_locked_seconds{watch="db",path="/data/a.db"})"), 0);
}

TEST_F(file_lock, who_waits_too_long_is_told_once) {
  const auto file = host_.file_locks.file("/data/a.db", {pattern});
  const auto held = host_.file_locks.held(file, {{5, 50}});
  host_.file_locks.waits(file, {6, 60}, {held});
  run();
  for (int i = 0; i < 3; ++i)
    tick();
  EXPECT_THAT(host_.events, IsEmpty());
  tick();
  tick();
  tick();
  ASSERT_EQ(host_.events.size(), 1u);
  EXPECT_EQ(host_.events[0].name, "file.lock_wait");
  EXPECT_EQ(host_.events[0].severity, static_cast<std::uint32_t>(REEVE_WARN));
  EXPECT_THAT(host_.events[0].message,
              HasSubstr("6 (reader) waits for a lock (flock write) on /data/a.db that 5 (writer) holds"));
  EXPECT_EQ(host_.events[0].fields.at("watch"), "db");
  EXPECT_EQ(host_.events[0].fields.at("pid"), "6");
  EXPECT_EQ(host_.events[0].fields.at("waits_for"), "5 (writer)");
  EXPECT_EQ(value(R"(reeve_file_lock_waiters{watch="db",path="/data/a.db"})"), 1);
  EXPECT_GE(value(R"(reeve_file_lock_wait_seconds{watch="db",path="/data/a.db"})"), 30);
}

TEST_F(file_lock, chains_and_cycles_are_told_once_each) {
  const auto file = host_.file_locks.file("/data/a.db", {pattern});
  const auto held = host_.file_locks.held(file, {{5, 50}});
  host_.file_locks.waits(file, {6, 60}, {held}, 2);
  host_.file_locks.waits(file, {7, 70}, {held}, 2).flags |= REEVE_LOCK_IN_CYCLE;
  run();
  tick();
  tick();
  ASSERT_EQ(host_.events.size(), 2u);
  EXPECT_EQ(host_.events[0].name, "file.lock_chain");
  EXPECT_THAT(host_.events[0].message, HasSubstr("a chain of 2"));
  EXPECT_EQ(host_.events[1].name, "file.lock_cycle");
  EXPECT_EQ(host_.events[1].severity, static_cast<std::uint32_t>(REEVE_ERROR));
  EXPECT_EQ(value(R"(reeve_file_lock_waiters_in_cycle{watch="db",path="/data/a.db"})"), 1);
}

TEST_F(file_lock, files_and_mappings_of_other_plugins_do_not_count) {
  const auto mine = host_.file_locks.file("/data/a.db", {pattern, "/data/**"});
  const auto other = host_.file_locks.file("/elsewhere", {"/elsewhere"});
  host_.file_locks.open(mine, {5, 50}, REEVE_ACCESS_READ, REEVE_OPEN_MAPPING);
  host_.file_locks.open(other, {6, 60}, REEVE_ACCESS_READ);
  host_.file_locks.held(other, {{6, 60}});
  run();
  tick();
  EXPECT_EQ(value(R"(reeve_file_holders{watch="db",path="/data/a.db"})"), 0);
  EXPECT_THAT(host_.with_prefix("reeve_file_holders"),
              ElementsAre(R"(reeve_file_holders{watch="db",path="/data/a.db"})"));
}

TEST_F(file_lock, a_lock_without_a_known_holder_is_a_lock) {
  host_.file_locks.held(host_.file_locks.file("/data/a.db", {pattern}), {});
  run();
  tick();
  tick();
  EXPECT_EQ(value(R"(reeve_file_holders{watch="db",path="/data/a.db"})"), 0);
  EXPECT_GE(value(R"(reeve_file_locked_seconds{watch="db",path="/data/a.db"})"), 10);
}

TEST_F(file_lock, more_files_than_allowed_are_counted) {
  for (int i = 0; i < 5; ++i)
    host_.file_locks.file("/data/" + std::to_string(i) + ".db", {pattern});
  run("max_files = 3\nholder_info = false\n[[watch]]\nname = \"db\"\npaths = [\"/data/*.db\"]\n");
  tick();
  EXPECT_EQ(host_.with_prefix("reeve_file_holders").size(), 3u);
  EXPECT_EQ(value("reeve_file_limited"), 2);
  EXPECT_EQ(value(R"(reeve_file_watch_files{watch="db"})"), 5);
}

TEST_F(file_lock, longer_rows_of_a_newer_host_are_read) {
  host_.file_locks.extra_row_bytes = 16;
  const auto file = host_.file_locks.file("/data/a.db", {pattern});
  const auto one = host_.file_locks.held(file, {{5, 50}}, REEVE_LOCK_READ),
             two = host_.file_locks.held(file, {{6, 60}}, REEVE_LOCK_READ);
  host_.file_locks.waits(file, {7, 70}, {one, two});
  run();
  tick();
  EXPECT_EQ(value(R"(reeve_file_holders{watch="db",path="/data/a.db"})"), 2);
  EXPECT_EQ(value(R"(reeve_file_lock_waiters{watch="db",path="/data/a.db"})"), 1);
}

TEST_F(file_lock, a_pattern_that_cannot_be_looked_at_is_said_once) {
  host_.file_locks.problem(pattern, REEVE_E_LIMIT);
  host_.file_locks.problem("/others", REEVE_E_DENIED);
  run();
  tick();
  tick();
  ASSERT_EQ(host_.logs().size(), 1u);
  EXPECT_THAT(host_.logs()[0], HasSubstr("/data/*.db matches more files"));
}

TEST_F(file_lock, a_failed_reading_fails_the_sample) {
  run();
  host_.file_locks.read_status = REEVE_E_AGAIN;
  EXPECT_EQ(host_.sample(), REEVE_E_AGAIN);
}

TEST(file_lock_options, mistakes_are_told_at_their_place) {
  fake_plugin_host host;
  EXPECT_EQ(host.configure(R"(
max_files = 0
[[watch]]
paths = ["relative", "C:/windows", "/fine"]
[[watch]]
name = "a"
[[watch]]
name = "a"
paths = ["/x"]
)"),
            REEVE_E_ARG);
  std::vector<std::string> places;
  for (const auto& r : host.config().rejections())
    places.push_back(r.path);
  EXPECT_THAT(places, testing::UnorderedElementsAre("max_files", "watch[0]", "watch[0].paths[0]", "watch[1]",
                                                    "watch[2].name"));
}

} // namespace
