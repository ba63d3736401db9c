// SPDX-License-Identifier: Apache-2.0
#include "audit_files.hpp"

#include <gtest/gtest.h>

namespace reeve::remedy {
namespace {

using namespace std::chrono_literals;

audit_entry full_entry() {
  audit_entry e = entry_of(audit_event::action_ended, 7);
  e.seq = 9;
  e.unix_time = 1'795'000'000'123ms;
  e.labels = {{"instance", "a"}, {"path", "C:\\x \"y\"\n\x7F \xC3\xA4"}};
  e.value = "12.5";
  e.passed = {"mode", "protected"};
  e.guard = "cooldown";
  e.why = "it was restarted 10s ago";
  e.outcome = "succeeded";
  e.duration = 1500ms;
  e.previous = std::string(64, 'a');
  return e;
}

TEST(audit_entry, is_one_line_of_json) {
  EXPECT_EQ(
      to_line(full_entry()),
      "{\"seq\":9,\"time\":\"2026-11-18T11:06:40.123Z\",\"event\":\"action_ended\",\"id\":7,"
      "\"source\":\"rule leak\",\"action\":\"restart\","
      "\"labels\":{\"instance\":\"a\",\"path\":\"C:\\\\x \\\"y\\\"\\u000a\\u007f \xC3\xA4\"},"
      "\"value\":\"12.5\",\"target\":{\"kind\":\"process\",\"name\":\"web\",\"pid\":12,\"start\":345,"
      "\"description\":\"process 12 (web)\"},\"passed\":[\"mode\",\"protected\"],\"guard\":\"cooldown\","
      "\"why\":\"it was restarted 10s ago\",\"outcome\":\"succeeded\",\"duration_seconds\":1.5,\"prev\":\"" +
          std::string(64, 'a') + "\"}");
}

TEST(audit_entry, is_read_back_as_it_was) {
  const auto read = entry_from_line(to_line(full_entry()));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, full_entry());
}

TEST(audit_entry, keeps_its_line_whatever_text_it_is_given) {
  audit_entry e = full_entry();
  e.why = std::string("\xFF\0\r\n\t", 5) + std::string(10'000, 'x');
  const std::string line = to_line(e);
  EXPECT_EQ(line.find('\n'), line.npos);
  EXPECT_LT(line.size(), 6'000u);
  const auto read = entry_from_line(line);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_line(*read), line);
}

// An alert that somebody posts may have such ones only.
TEST(audit_entry, has_labels_without_a_value) {
  audit_entry e = full_entry();
  e.labels = {{"a", ""}};
  const auto read = entry_from_line(to_line(e));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, e);
}

TEST(audit_entry, cut_short_or_added_to_is_none) {
  const std::string line = to_line(full_entry());
  for (std::size_t length = 0; length < line.size(); ++length)
    EXPECT_FALSE(entry_from_line(line.substr(0, length))) << length;
  EXPECT_FALSE(entry_from_line(line + "}"));
  EXPECT_FALSE(entry_from_line(std::string(line).replace(line.rfind("aa"), 2, "\xFF\xFF")));
  EXPECT_FALSE(entry_from_line("{}"));
}

TEST(audit_entry, with_anything_that_is_written_otherwise_is_none) {
  const std::string line = to_line(full_entry());
  const auto with = [&](std::string_view what, std::string_view by) {
    std::string changed = line;
    return changed.replace(changed.find(what), what.size(), by);
  };
  EXPECT_FALSE(entry_from_line(with("\"value\":\"12.5\"", "\"value\":\"1\",\"value\":\"12.5\"")));
  EXPECT_FALSE(entry_from_line(with("\"value\":\"12.5\",", "\"value\":\"\",")));
  EXPECT_FALSE(entry_from_line(with(":9,", ":09,")));
  EXPECT_FALSE(entry_from_line(with("web", "\xFF")));
}

TEST(audit_entry, keeps_any_duration_to_the_nanosecond) {
  audit_entry e = full_entry();
  for (const nanoseconds time :
       {nanoseconds(1), nanoseconds(1'001'000'000), nanoseconds(3'599'999'999'999)}) {
    e.duration = time;
    const auto read = entry_from_line(to_line(e));
    ASSERT_TRUE(read) << time.count();
    EXPECT_EQ(read->duration, time);
  }
}

TEST(audit_entry, with_a_number_that_no_action_has_is_none) {
  const std::string line = to_line(full_entry());
  const auto with = [&](std::string_view what, std::string_view by) {
    std::string changed = line;
    return changed.replace(changed.find(what), what.size(), by);
  };
  EXPECT_TRUE(entry_from_line(with("1.5", "3600")));
  EXPECT_FALSE(entry_from_line(with("1.5", "1e300")));
  EXPECT_FALSE(entry_from_line(with("1.5", "-1.5")));
  EXPECT_FALSE(entry_from_line(with("2026-", "9026-")));
}

TEST(audit_entry, event_names_are_read_back) {
  for (int i = 0; i <= static_cast<int>(audit_event::entries_lost); ++i)
    EXPECT_EQ(audit_event_from(name_of(static_cast<audit_event>(i))), static_cast<audit_event>(i));
  EXPECT_FALSE(audit_event_from("done"));
}

} // namespace
} // namespace reeve::remedy
