// SPDX-License-Identifier: Apache-2.0
#include "locks/lock_lines.hpp"

#include "table_maker.hpp"

#include "reeve/os/runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::cli {
namespace {

using os::lock_row;
using testing::ElementsAre;
using testing::HasSubstr;

struct locks_maker {
  os::file_lock_rows rows;

  locks_maker() {
    os::locked_file& file = rows.files.emplace_back();
    file.path = "/data/app.db";
    file.asked_by = {0};
  }
  lock_row& lock(std::initializer_list<process_id> holders, std::int32_t descriptor = 3) {
    lock_row& row = rows.locks.emplace_back();
    row.kind = os::lock_kind::flock;
    row.mode = os::lock_mode::write;
    row.first_holder = static_cast<std::uint32_t>(rows.holders.size());
    row.holders = static_cast<std::uint32_t>(holders.size());
    for (const process_id& id : holders)
      rows.holders.push_back({id, descriptor});
    return row;
  }
  lock_row& waiter(process_id id, std::vector<std::uint32_t> for_rows) {
    lock_row& row = lock({id}, -1);
    row.flags |= lock_row::waiting;
    row.depth = 1;
    row.first_blocker = static_cast<std::uint32_t>(rows.blockers.size());
    row.blockers = static_cast<std::uint32_t>(for_rows.size());
    rows.blockers.insert(rows.blockers.end(), for_rows.begin(), for_rows.end());
    return row;
  }
  void opens(process_id id, std::int32_t descriptor) {
    rows.openings.push_back({id, 0, os::opening_kind::descriptor,
                             os::file_opening::reads | os::file_opening::writes, descriptor});
  }
  std::vector<std::vector<std::string>> lines(const process_names& names) const {
    std::vector<std::vector<std::string>> out;
    for (const auto& line : lock_lines(rows, names)) {
      EXPECT_EQ(line.size(), lock_columns().size());
      auto& texts = out.emplace_back();
      for (const cell& c : line)
        texts.push_back(c.text);
    }
    return out;
  }
};

constexpr std::size_t state = 7, path = 8;

std::string how(int descriptor) {
  return (os::os_name() == "windows" ? "handle 0x" : "fd ") + std::to_string(descriptor);
}

TEST(lock_lines, a_lock_and_the_descriptor_it_is_held_by_are_one_line) {
  test::table_maker processes;
  test::table_maker::give(processes.add(7, 70, "app\x1b"), os::process_field::none);
  processes.user(processes.rows.rows.back(), "shop");
  locks_maker t;
  t.lock({{7, 70}});
  t.opens({7, 70}, 3);
  t.opens({7, 70}, 4);
  const auto lines = t.lines(process_names(processes.rows));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], ElementsAre("7", "shop", "app\\x1B", how(3), "read+write", "flock write", "whole",
                                    "held", "/data/app.db"));
  EXPECT_THAT(lines[1],
              ElementsAre("7", "shop", "app\\x1B", how(4), "read+write", "-", "-", "open", "/data/app.db"));
}

TEST(lock_lines, who_waits_comes_after_who_holds_and_says_for_whom) {
  test::table_maker processes;
  processes.add(7, 70, "one");
  locks_maker t;
  t.lock({{7, 70}});
  t.waiter({9, 90}, {0, 2});
  t.lock({{8, 80}});
  t.opens({9, 90}, 5);
  const auto lines = t.lines(process_names(processes.rows));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[2][0], "9");
  EXPECT_EQ(lines[2][3], how(5));
  EXPECT_EQ(lines[2][state], "waits for 7 (one), 8");
}

TEST(lock_lines, chains_cycles_and_many_are_said) {
  locks_maker t;
  t.lock({{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}});
  t.waiter({9, 90}, {0}).depth = 3;
  t.waiter({10, 100}, {0}).flags |= lock_row::in_cycle;
  const auto lines = t.lines({});
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[5][state], "waits for 1, 2, 3 and 2 more, in a chain of 3");
  EXPECT_EQ(lines[6][state], "waits in a cycle for 1, 2, 3 and 2 more");
}

TEST(lock_lines, a_lock_without_a_holder_gives_the_reason) {
  locks_maker t;
  t.lock({}).unresolved = os::unresolved_reason::access_denied;
  t.lock({}).unresolved = os::unresolved_reason::unseen;
  t.rows.locks[1].taker = 42;
  t.rows.files[0].path.clear();
  t.rows.files[0].device = 254u << 20 | 3;
  t.rows.files[0].inode = 77;
  const auto lines = t.lines({});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0][0], "-");
  EXPECT_THAT(lines[0][state], HasSubstr("may not see"));
  EXPECT_THAT(lines[1][state], HasSubstr("42 took it"));
  EXPECT_EQ(lines[0][path], "inode 77 on 254:3");
}

TEST(range_text, is_short_where_it_can_be) {
  lock_row row;
  EXPECT_EQ(range_text(row), "whole");
  row.start = 5;
  EXPECT_EQ(range_text(row), "from 5");
  row.end = 5;
  EXPECT_EQ(range_text(row), "5");
  row.end = 9;
  EXPECT_EQ(range_text(row), "5-9");
}

} // namespace
} // namespace reeve::cli
