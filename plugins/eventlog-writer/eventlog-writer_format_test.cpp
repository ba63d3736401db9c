// SPDX-License-Identifier: Apache-2.0
// Events as bytes: the journal's native form, a line of syslog, text for people. The same on every system.
#include "journal_entry.hpp"
#include "message_id.hpp"
#include "syslog_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace reeve::eventlog_writer {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

record late() {
  record r;
  r.severity = REEVE_WARN;
  r.id = 24;
  r.unix_ns = 1'764'100'800'123'456'789;
  r.seq = 9;
  r.source = "agent";
  r.name = "plugin.late";
  r.message = "Plugin p is late";
  r.fields = {{"plugin", "p"}, {"the reason", "two\nlines"}, {"source", "other"}};
  return r;
}

TEST(journal_entry, is_what_the_protocol_says_byte_by_byte) {
  EXPECT_EQ(journal_entry(late(), "reeve"), "MESSAGE=Plugin p is late\n"
                                            "MESSAGE_ID=8e0b6f4d5a1c4f0e9d3b7a52c6e10018\n"
                                            "PRIORITY=4\n"
                                            "SYSLOG_IDENTIFIER=reeve\n"
                                            "REEVE_EVENT=plugin.late\n"
                                            "REEVE_SOURCE=agent\n"
                                            "REEVE_EVENT_ID=24\n"
                                            "REEVE_TIME=2025-11-25T20:00:00.123456Z\n"
                                            "REEVE_SEQ=9\n"
                                            "REEVE_PLUGIN=p\n"
                                            "REEVE_THE_REASON\n\x09\0\0\0\0\0\0\0two\nlines\n"
                                            "REEVE_FIELD_SOURCE=other\n"s);
}

TEST(journal_entry, goes_by_length_when_a_value_has_line_breaks) {
  std::string out;
  append_journal_field(out, "KEY", std::string(300, '\n'));
  EXPECT_EQ(out.substr(0, 12), "KEY\n\x2c\x01\0\0\0\0\0\0"s);
  EXPECT_EQ(out.size(), 12u + 300 + 1);
  out.clear();
  append_journal_field(out, "KEY", "binary \0 and ="s);
  EXPECT_EQ(out, "KEY=binary \0 and =\n"s);
}

TEST(journal_entry, keys_are_ones_that_journald_takes) {
  EXPECT_EQ(journal_key("next_try-in"), "REEVE_NEXT_TRY_IN");
  EXPECT_EQ(journal_key("\xc3\xa4="), "REEVE____");
  EXPECT_EQ(journal_key("event_id"), "REEVE_FIELD_EVENT_ID");
  EXPECT_EQ(journal_key(std::string(100, 'x')).size(), 64u);
}

TEST(message_id, is_the_published_hash) {
  // The test vectors of draft-eastlake-fnv, 128 bits, FNV-1a.
  EXPECT_EQ(fnv1a_128(""), "6c62272e07bb014262b821756295c58d");
  EXPECT_EQ(fnv1a_128("a"), "d228cb696f1a8caf78912b704e4a8964");
  EXPECT_EQ(fnv1a_128("foobar"), "343e1662793c64bf6f0d3597ba446f18");
}

TEST(message_id, belongs_to_the_event_and_not_to_its_text) {
  EXPECT_EQ(message_id("process-watch", "process.exited", 3), fnv1a_128("process-watch/process.exited"));
  EXPECT_EQ(message_id("agent", "whatever", 0xabcd), "8e0b6f4d5a1c4f0e9d3b7a52c6e1abcd");
}

TEST(priority, follows_severity) {
  const int expected[] = {7, 7, 6, 4, 3, 2, 2};
  for (std::uint32_t s = 0; s < 7; ++s)
    EXPECT_EQ(priority_of(s), expected[s]);
}

TEST(syslog_line, is_what_libc_would_send) {
  std::tm at{};
  at.tm_mon = 10;
  at.tm_mday = 5;
  at.tm_hour = 7;
  at.tm_min = 8;
  at.tm_sec = 9;
  EXPECT_EQ(
      syslog_line(late(), "reeve", 42, at),
      "<28>Nov  5 07:08:09 reeve[42]: Plugin p is late [agent plugin.late plugin=p the reason=two\\nlines "
      "source=other]");
}

TEST(syslog_line, is_one_line_of_bounded_length) {
  record r = late();
  r.message = "a\r\n\x1b[31m" + std::string(20'000, 'x');
  const std::string line = syslog_line(r, "reeve", 42, std::tm{});
  EXPECT_THAT(line, HasSubstr("a\\x0d\\n\\x1b[31mxxx"));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  EXPECT_LT(line.size(), 8192u);
}

TEST(text, is_cut_between_characters) {
  EXPECT_EQ(cut("a\xc3\xa4", 2), "a");
  EXPECT_EQ(cut("a\xc3\xa4", 3), "a\xc3\xa4");
  EXPECT_EQ(cut("\xc3\xa4", 1), "");
}

TEST(text, has_everything_for_people) {
  EXPECT_EQ(full_text(late()),
            "Plugin p is late\n\nEvent: plugin.late\nSource: agent\nplugin: p\nthe reason: "
            "two\nlines\nsource: other");
}

TEST(record, takes_fields_of_every_type_by_their_stride) {
  struct longer_field { // of a newer agent
    reeve_field field;
    std::uint64_t more;
  };
  longer_field fields[5]{};
  for (longer_field& f : fields)
    f.field.key = {"k", 1};
  fields[0].field.vtype = REEVE_T_I64;
  fields[0].field.v.i64 = -5;
  fields[1].field.vtype = REEVE_T_U64;
  fields[1].field.v.u64 = 5;
  fields[2].field.vtype = REEVE_T_BOOL;
  fields[2].field.v.i64 = 1;
  fields[3].field.vtype = REEVE_T_STR;
  fields[3].field.v.str = {"text", 4};
  fields[4].field.vtype = 99;
  reeve_event e{};
  e.struct_size = sizeof e;
  e.id = 70'000;
  e.fields = &fields[0].field;
  e.n_fields = 5;
  e.field_stride = sizeof(longer_field);
  const record r = record_of(e);
  ASSERT_EQ(r.fields.size(), 5u);
  EXPECT_EQ(r.fields[0].second, "-5");
  EXPECT_EQ(r.fields[1].second, "5");
  EXPECT_EQ(r.fields[2].second, "true");
  EXPECT_EQ(r.fields[3].second, "text");
  EXPECT_EQ(r.fields[4].second, "");
  EXPECT_EQ(r.id, 65535) << "ids of the Event Log have 16 bits";
}

} // namespace
} // namespace reeve::eventlog_writer
