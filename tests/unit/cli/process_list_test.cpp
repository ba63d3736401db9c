// SPDX-License-Identifier: Apache-2.0
#include "ps/process_list.hpp"

#include "reeve/base/strings.hpp"
#include "table_maker.hpp"

#include <gtest/gtest.h>

namespace reeve::cli {
namespace {

using os::process_field;
using test::table_maker;

// One line per process: its lines of the tree and its pid.
std::vector<std::string> drawn(const os::process_rows& rows, const list_options& options,
                               const cpu_shares* shares = nullptr) {
  std::vector<std::string> out;
  for (const list_line& line : list_processes(rows, options, shares))
    out.push_back(tree_lines(line, false) + cat(line.row->id.pid));
  return out;
}
using lines = std::vector<std::string>;

list_options tree() {
  list_options out;
  out.tree = true;
  return out;
}

TEST(process_tree, children_stand_below_their_parents_in_the_order_of_pids) {
  table_maker t;
  t.child(30, 5, "grandchild", 20);
  t.child(21, 4, "second", 1);
  t.child(20, 3, "first", 1);
  t.child(1, 1, "init", 0);
  t.child(22, 9, "third", 1);
  EXPECT_EQ(drawn(t.rows, tree()), (lines{"1", "|- 20", "|  `- 30", "|- 21", "`- 22"}));
}

TEST(process_tree, lines_can_be_boxes) {
  list_line line;
  line.last_child = {false, true, false};
  EXPECT_EQ(tree_lines(line, true), "\u2502     \u251C\u2500 ");
  line.last_child = {true};
  EXPECT_EQ(tree_lines(line, true), "\u2514\u2500 ");
  EXPECT_EQ(tree_lines({}, true), "");
}

TEST(process_tree, a_pid_used_again_is_no_parent) {
  table_maker t;
  t.child(50, 100, "new owner of the pid", 0);
  t.child(60, 10, "older than that", 50);
  EXPECT_EQ(drawn(t.rows, tree()), (lines{"50", "60"}));
}

TEST(process_tree, a_parent_of_the_same_instant_is_a_parent) {
  table_maker t;
  t.child(7, 10, "parent with the higher pid", 0);
  t.child(6, 10, "child", 7);
  EXPECT_EQ(drawn(t.rows, tree()), (lines{"7", "`- 6"}));
}

TEST(process_tree, one_that_names_itself_or_a_ring_is_still_shown_once) {
  table_maker t;
  t.child(4, 1, "itself", 4);
  t.child(10, 2, "ring", 11);
  t.child(11, 2, "ring", 12);
  t.child(12, 2, "ring", 10);
  const lines shown = drawn(t.rows, tree());
  ASSERT_EQ(shown.size(), 4u);
  EXPECT_EQ(shown[0], "4");
  EXPECT_EQ(shown[3].substr(0, 6), "   `- ");
}

TEST(process_tree, a_missing_parent_makes_a_root) {
  table_maker t;
  t.child(5, 1, "orphan", 999);
  t.add(6, 1, "parent could not be read").ppid = 5;
  EXPECT_EQ(drawn(t.rows, tree()), (lines{"5", "6"}));
}

TEST(process_tree, a_filter_shows_whole_subtrees_each_once) {
  table_maker t;
  t.child(1, 1, "init", 0);
  t.child(20, 2, "shop", 1);
  t.child(30, 3, "db", 20);
  t.child(31, 3, "shop", 30);
  t.child(21, 2, "other", 1);
  list_options o = tree();
  o.filter.names = {"shop"};
  EXPECT_EQ(drawn(t.rows, o), (lines{"20", "`- 30", "   `- 31"}));
  o.filter = {};
  o.filter.pids = {30, 21};
  EXPECT_EQ(drawn(t.rows, o), (lines{"21", "30", "`- 31"}));
}

TEST(process_tree, a_chain_longer_than_the_stack_is_deep) {
  table_maker t;
  constexpr std::uint32_t length = 5000;
  for (std::uint32_t pid = 1; pid <= length; ++pid)
    t.child(pid, pid, "x", pid - 1);
  const auto shown = list_processes(t.rows, tree());
  ASSERT_EQ(shown.size(), length);
  EXPECT_EQ(shown.back().depth, length - 1);
}

class sorted : public testing::Test {
 protected:
  sorted() {
    for (std::uint32_t i = 1; i <= 4; ++i) {
      os::process_row& row = table_.add(i, 10 - i, i == 3 ? "alpha" : "zeta");
      if (i == 2) continue; // nothing of it could be read
      row.present = os::all_process_fields;
      row.cpu_user_ns = i;
      row.resident_bytes = 100 - i;
      row.threads = i;
      row.open_handles = i;
      row.io_read_bytes = i;
      row.io_write_bytes = 10 * i;
    }
  }
  lines by(sort_key key, bool reverse = false, std::size_t top = 0) const {
    list_options o;
    o.sort = key;
    o.reverse = reverse;
    o.top = top;
    return drawn(table_.rows, o);
  }
  table_maker table_;
};

TEST_F(sorted, by_each_key) {
  EXPECT_EQ(by(sort_key::pid), (lines{"1", "2", "3", "4"}));
  EXPECT_EQ(by(sort_key::start), (lines{"4", "3", "2", "1"}));
  EXPECT_EQ(by(sort_key::name), (lines{"3", "1", "2", "4"}));
  EXPECT_EQ(by(sort_key::cpu), (lines{"4", "3", "1", "2"}));
  EXPECT_EQ(by(sort_key::memory), (lines{"1", "3", "4", "2"}));
  EXPECT_EQ(by(sort_key::handles), (lines{"4", "3", "1", "2"}));
  EXPECT_EQ(by(sort_key::threads), (lines{"4", "3", "1", "2"}));
  EXPECT_EQ(by(sort_key::io), (lines{"4", "3", "1", "2"}));
}

TEST_F(sorted, reversed_with_the_unreadable_still_last) {
  EXPECT_EQ(by(sort_key::pid, true), (lines{"4", "3", "2", "1"}));
  EXPECT_EQ(by(sort_key::cpu, true), (lines{"1", "3", "4", "2"}));
}

TEST_F(sorted, top_is_counted_after_sorting) {
  EXPECT_EQ(by(sort_key::cpu, false, 2), (lines{"4", "3"}));
  EXPECT_EQ(by(sort_key::cpu, false, 40).size(), 4u);
}

TEST_F(sorted, by_share_when_one_was_measured) {
  list_options o;
  o.sort = sort_key::cpu;
  const cpu_shares shares{{{1, 9}, 50.0}, {{3, 7}, 99.0}};
  EXPECT_EQ(drawn(table_.rows, o, &shares), (lines{"3", "1", "2", "4"}));
}

TEST(needed, follows_sort_tree_and_filter) {
  list_options o = tree();
  o.sort = sort_key::io;
  o.filter.users = {"x"};
  EXPECT_EQ(needed_fields(o), process_field::parent | process_field::io | process_field::user);
}

TEST(shares, are_of_one_processor_and_only_of_the_same_process) {
  table_maker before, after;
  const auto cpu = [](os::process_row& row, std::uint64_t user, std::uint64_t system) {
    row.cpu_user_ns = user;
    row.cpu_system_ns = system;
    table_maker::give(row, process_field::cpu);
  };
  cpu(before.add(1, 1, "x"), 1'000'000'000, 0);
  cpu(after.add(1, 1, "x"), 2'000'000'000, 2'000'000'000);
  cpu(before.add(2, 1, "pid used again"), 0, 0);
  cpu(after.add(2, 2, "pid used again"), 500, 0);
  cpu(before.add(3, 1, "y"), 0, 0);
  after.add(3, 1, "not readable now");
  cpu(before.add(4, 1, "went backwards"), 10, 0);
  cpu(after.add(4, 1, "went backwards"), 9, 0);
  const cpu_shares shares = cpu_shares_between(before.rows, after.rows, 2.0);
  ASSERT_EQ(shares.size(), 1u);
  EXPECT_DOUBLE_EQ(shares.at({1, 1}), 150.0);
}

} // namespace
} // namespace reeve::cli
