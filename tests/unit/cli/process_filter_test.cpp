// SPDX-License-Identifier: Apache-2.0
#include "ps/process_filter.hpp"

#include "table_maker.hpp"

#include <gtest/gtest.h>

namespace reeve::cli {
namespace {

TEST(matches_glob, stands_for_the_whole_text) {
  struct row {
    const char *text, *pattern;
    bool matches;
  };
  const row rows[] = {{"nginx", "nginx", true}, {"nginx", "NGINX", true},  {"nginx", "ngin", false},
                      {"nginx", "n*x", true},   {"nginx", "*", true},      {"", "*", true},
                      {"", "", true},           {"", "?", false},          {"nginx", "?ginx", true},
                      {"nginx", "n??x", false}, {"nginx", "n*g*x", true},  {"aab", "*ab", true},
                      {"aaab", "a*ab", true},   {"nginx", "nginx*", true}, {"nginx", "nginx?", false},
                      {"abcabd", "*abd", true}, {"abcabc", "*abd", false}, {"a*b", "a*b", true}};
  for (const row& r : rows)
    EXPECT_EQ(matches_glob(r.text, r.pattern), r.matches) << r.text << " against " << r.pattern;
}

TEST(matches_glob, does_not_take_exponential_time) {
  const std::string text(20'000, 'a');
  EXPECT_FALSE(matches_glob(text, "*a*a*a*a*a*a*a*a*b"));
}

TEST(matches_name, looks_inside_unless_it_is_a_pattern) {
  EXPECT_TRUE(matches_name("kworker/0:1", "Worker"));
  EXPECT_FALSE(matches_name("kworker/0:1", "worker*"));
  EXPECT_TRUE(matches_name("kworker/0:1", "kworker/*"));
}

class filter : public testing::Test {
 protected:
  filter() {
    os::process_row& own = table_.add(10, 1, "nginx");
    table_.user(own, "www-data");
    table_.command(own, "nginx: worker process");
    os::process_row& windows = table_.add(11, 1, "svchost.exe");
    table_.user(windows, "NT AUTHORITY\\SYSTEM");
    table_.add(12, 1, "kthreadd"); // neither account nor command line could be read
  }
  std::vector<std::uint32_t> accepted(const process_filter& f) const {
    std::vector<std::uint32_t> out;
    for (const os::process_row& row : table_.rows.rows)
      if (f.accepts(table_.rows, row)) out.push_back(row.id.pid);
    return out;
  }
  test::table_maker table_;
};

using pids = std::vector<std::uint32_t>;

TEST_F(filter, an_empty_one_accepts_all) {
  EXPECT_TRUE(process_filter{}.empty());
  EXPECT_EQ(accepted({}), (pids{10, 11, 12}));
}

TEST_F(filter, alternatives_of_one_kind_add_up_and_kinds_narrow) {
  process_filter f;
  f.pids = {10, 12, 99};
  EXPECT_EQ(accepted(f), (pids{10, 12}));
  f.names = {"nginx", "svchost"};
  EXPECT_EQ(accepted(f), (pids{10}));
}

TEST_F(filter, an_account_is_named_with_or_without_its_domain) {
  process_filter f;
  f.users = {"system"};
  EXPECT_EQ(accepted(f), (pids{11}));
  f.users = {"nt authority\\system"};
  EXPECT_EQ(accepted(f), (pids{11}));
  f.users = {"www"};
  EXPECT_EQ(accepted(f), pids{});
}

TEST_F(filter, what_could_not_be_read_is_not_accepted) {
  process_filter f;
  f.commands = {""};
  EXPECT_EQ(accepted(f), (pids{10}));
  f.commands = {"WORKER"};
  EXPECT_EQ(accepted(f), (pids{10}));
}

TEST_F(filter, asks_for_the_fields_it_looks_at) {
  process_filter f;
  f.names = {"x"};
  EXPECT_EQ(f.needed(), 0u);
  f.users = {"x"};
  f.commands = {"x"};
  EXPECT_EQ(f.needed(), os::process_field::user | os::process_field::command_line);
}

} // namespace
} // namespace reeve::cli
