// SPDX-License-Identifier: Apache-2.0
#include "ps/process_columns.hpp"
#include "ps/process_json.hpp"

#include "table_maker.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace reeve::cli {
namespace {

using os::process_field;
using test::table_maker;

std::string show(const os::process_rows& rows, std::string_view key, const cpu_shares* shares = nullptr) {
  const column_context context{rows, shares, nanoseconds(0), false, false};
  return find_process_column(key)->show(context, {&rows.rows.at(0), 0, {}}).text;
}

TEST(columns, each_has_a_name_of_its_own_that_finds_it) {
  std::set<std::string_view> names;
  for (const process_column& c : all_process_columns()) {
    EXPECT_TRUE(names.insert(c.key).second) << c.key;
    EXPECT_EQ(find_process_column(c.key), &c);
  }
  EXPECT_EQ(find_process_column("colour"), nullptr);
  for (const std::size_t width : {0, 200, 80, 40}) {
    const auto with = default_process_columns(true, width), without = default_process_columns(false, width);
    EXPECT_EQ(with.size(), without.size() + 1);
    for (const process_column* c : with)
      ASSERT_NE(c, nullptr);
    EXPECT_EQ(with.front()->key, "pid");
    EXPECT_EQ(with.back()->key, "command");
  }
  EXPECT_LT(default_process_columns(true, 80).size(), default_process_columns(true, 0).size());
}

TEST(columns, what_could_not_be_read_is_a_dash_and_never_a_zero) {
  table_maker t;
  t.add(7, 1, "x");
  for (const process_column& c : all_process_columns()) {
    const std::string text = show(t.rows, c.key);
    EXPECT_EQ(text, c.key == "pid" ? "7" : c.key == "name" ? "x" : "-") << c.key;
  }
}

TEST(columns, each_shows_its_own_field) {
  table_maker t;
  os::process_row& row = t.add(7, 1, "na\tme");
  row.present = os::all_process_fields;
  row.ppid = 3;
  row.state = os::process_state::zombie;
  row.executable = t.text("/bin/x");
  row.command_line = t.text("x -y");
  row.user = t.text("root");
  row.cpu_user_ns = 1'000'000'000;
  row.cpu_system_ns = 500'000'000;
  row.resident_bytes = 1 << 10;
  row.private_bytes = 2 << 10;
  row.virtual_bytes = 3 << 10;
  row.swap_bytes = 4 << 10;
  row.threads = 5;
  row.open_handles = 6;
  row.open_handles_limit = std::numeric_limits<std::uint64_t>::max();
  row.io_read_bytes = 7 << 10;
  row.io_write_bytes = 8 << 10;
  row.major_faults = 9;
  row.voluntary_switches = 10;
  const cpu_shares shares{{{7, 1}, 12.34}};
  const std::pair<const char*, const char*> expected[] = {
      {"pid", "7"},           {"ppid", "3"},       {"user", "root"},         {"state", "zombie"},
      {"cpu", "12.3"},        {"time", "1.50s"},   {"memory", "1.0 KiB"},    {"private", "2.0 KiB"},
      {"virtual", "3.0 KiB"}, {"swap", "4.0 KiB"}, {"threads", "5"},         {"handles", "6"},
      {"limit", "none"},      {"read", "7.0 KiB"}, {"written", "8.0 KiB"},   {"faults", "9"},
      {"switches", "10"},     {"name", "na\\tme"}, {"executable", "/bin/x"}, {"command", "x -y"}};
  for (const auto& [key, text] : expected)
    EXPECT_EQ(show(t.rows, key, &shares), text) << key;
  EXPECT_EQ(std::size(expected) + 1, all_process_columns().size()) << "start is tested with its unit";
}

TEST(columns, a_tree_is_drawn_in_the_name) {
  table_maker t;
  t.child(1, 1, "init", 0);
  t.child(2, 2, "shell", 1);
  list_options o;
  o.tree = true;
  const column_context context{t.rows, nullptr, nanoseconds(0), true, false};
  const process_column* chosen[] = {find_process_column("pid"), find_process_column("name")};
  EXPECT_EQ(render_processes(context, chosen, list_processes(t.rows, o), {}), "PID  NAME\n"
                                                                              "  1  init\n"
                                                                              "  2  `- shell\n");
}

TEST(json, leaves_out_what_could_not_be_read) {
  table_maker t;
  t.add(7, 18'446'744'073'709'551'615u, "a\xff");
  const boost::json::object out = to_json(t.rows, t.rows.rows[0], nullptr);
  EXPECT_EQ(boost::json::serialize(out),
            "{\"pid\":7,\"start_stamp\":\"18446744073709551615\",\"name\":\"a\xEF\xBF\xBD\"}");
}

TEST(json, has_every_field_that_could) {
  table_maker t;
  os::process_row& row = t.add(7, 1, "x");
  row.present = os::all_process_fields;
  row.open_handles_limit = 1024;
  const cpu_shares shares{{{7, 1}, 1.5}};
  const boost::json::object out = to_json(t.rows, row, &shares);
  for (const char* key : {"ppid",
                          "executable",
                          "command_line",
                          "user",
                          "state",
                          "start_time_seconds",
                          "cpu_user_seconds",
                          "cpu_system_seconds",
                          "cpu_percent",
                          "resident_memory_bytes",
                          "private_memory_bytes",
                          "virtual_memory_bytes",
                          "swap_memory_bytes",
                          "threads",
                          "open_handles",
                          "open_handles_limit",
                          "io_read_bytes",
                          "io_write_bytes",
                          "minor_page_faults",
                          "major_page_faults",
                          "voluntary_context_switches",
                          "involuntary_context_switches"})
    EXPECT_TRUE(out.contains(key)) << key;
  row.open_handles_limit = std::numeric_limits<std::uint64_t>::max();
  const boost::json::object unlimited = to_json(t.rows, row, nullptr);
  EXPECT_TRUE(unlimited.at("open_handles_unlimited").as_bool());
  EXPECT_FALSE(unlimited.contains("open_handles_limit"));
}

TEST(json, nests_a_tree_in_its_order) {
  table_maker t;
  t.child(1, 1, "init", 0);
  t.child(2, 2, "a", 1);
  t.child(3, 3, "b", 2);
  t.child(4, 4, "c", 1);
  t.child(9, 9, "root", 0);
  t.rows.unreadable = {3, 0, 1};
  list_options o;
  o.tree = true;
  const boost::json::value out = to_json(t.rows, list_processes(t.rows, o), nullptr, true);
  EXPECT_EQ(out.at_pointer("/processes/0/pid"), 1);
  EXPECT_EQ(out.at_pointer("/processes/1/pid"), 9);
  EXPECT_EQ(out.at_pointer("/processes/0/children/0/pid"), 2);
  EXPECT_EQ(out.at_pointer("/processes/0/children/0/children/0/pid"), 3);
  EXPECT_EQ(out.at_pointer("/processes/0/children/1/pid"), 4);
  EXPECT_EQ(out.at_pointer("/processes/0/children").as_array().size(), 2u);
  EXPECT_EQ(out.at_pointer("/unreadable/access_denied"), 3);
  EXPECT_EQ(out.at_pointer("/unreadable/failed"), 1);

  o.tree = false;
  const boost::json::value flat = to_json(t.rows, list_processes(t.rows, o), nullptr, false);
  EXPECT_EQ(flat.at("processes").as_array().size(), 5u);
  EXPECT_FALSE(flat.at("processes").as_array()[0].as_object().contains("children"));
}

} // namespace
} // namespace reeve::cli
