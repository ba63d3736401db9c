// SPDX-License-Identifier: Apache-2.0
#include "audit_files.hpp"

#include "reeve/base/sha256.hpp"

#include <gmock/gmock.h>

namespace reeve::remedy {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

std::vector<audit_entry> entries(const audit_folder& f) {
  auto read = read_audit(f.path(), {});
  return read ? *std::move(read) : std::vector<audit_entry>();
}
std::string problem_of(const audit_folder& f) {
  const auto report = verify_audit(f.path());
  if (!report) return report.error().message;
  return report->problem ? report->problem->what : "";
}

TEST(audit_log, chains_its_lines_and_numbers_its_actions) {
  const audit_folder f;
  const auto log = f.open().value();
  EXPECT_EQ(log->append(entry_of(audit_event::refused)).value(), 1u);
  EXPECT_EQ(log->append(entry_of(audit_event::action_begins), durability::on_disk).value(), 2u);
  EXPECT_EQ(log->append(entry_of(audit_event::action_ended, 2)).value(), 3u);
  const auto lines = f.lines();
  const auto read = entries(f);
  ASSERT_THAT(read, SizeIs(3));
  EXPECT_EQ(read[0].previous, hash_before_the_first);
  EXPECT_EQ(read[1].previous, sha256_hex(lines[0]));
  EXPECT_EQ(read[2].previous, sha256_hex(lines[1]));
  EXPECT_EQ(read[1].action_id, 2u);
  EXPECT_EQ(read[0].unix_time, f.time.unix_time());
  EXPECT_EQ(problem_of(f), "");
}

TEST(audit_log, opened_again_goes_on_with_the_chain) {
  const audit_folder f;
  f.open().value()->append(entry_of(audit_event::refused)).value();
  f.open().value()->append(entry_of(audit_event::refused)).value();
  EXPECT_THAT(entries(f), SizeIs(2));
  EXPECT_EQ(problem_of(f), "");
}

TEST(audit_log, an_action_that_was_begun_and_not_ended_is_pending_for_the_next_agent) {
  const audit_folder f;
  {
    const auto log = f.open().value();
    log->append(entry_of(audit_event::action_begins)).value();
    log->append(entry_of(audit_event::action_ended, 1)).value();
    log->append(entry_of(audit_event::action_begins)).value();
  }
  const auto log = f.open().value();
  const auto pending = log->take_pending();
  ASSERT_THAT(pending, SizeIs(1));
  EXPECT_EQ(pending[0].action_id, 3u);
  EXPECT_EQ(pending[0].target.name, "web");
  EXPECT_THAT(log->take_pending(), SizeIs(0));
  log->append(entry_of(audit_event::closed_unknown, 3)).value();
  EXPECT_THAT(f.open().value()->take_pending(), SizeIs(0));
}

TEST(audit_log, a_full_file_is_followed_by_a_new_one_that_goes_on_with_the_chain) {
  const audit_folder f;
  const auto log = f.open(1000, 3).value();
  for (int i = 0; i < 30; ++i)
    log->append(entry_of(audit_event::refused)).value();
  EXPECT_THAT(audit_files(f.path()), SizeIs(4));
  EXPECT_LE(f.text().size(), 1000u);
  EXPECT_EQ(problem_of(f), "");
  const auto read = entries(f);
  EXPECT_EQ(read.back().seq, 30u);
  EXPECT_GT(read.front().seq, 1u);
  EXPECT_LT(read.size(), 30u);
}

TEST(audit_log, an_action_begun_in_the_file_before_is_pending_too) {
  const audit_folder f;
  {
    const auto log = f.open(400).value();
    log->append(entry_of(audit_event::action_begins)).value();
    log->append(entry_of(audit_event::refused)).value();
  }
  EXPECT_THAT(audit_files(f.path()), SizeIs(2));
  EXPECT_THAT(f.open(400).value()->take_pending(), SizeIs(1));
}

TEST(audit_log, an_action_begun_many_small_files_ago_is_pending_too) {
  const audit_folder f;
  {
    const auto log = f.open(400, 30).value();
    log->append(entry_of(audit_event::action_begins)).value();
    log->append(entry_of(audit_event::action_begins)).value();
    for (int i = 0; i < 10; ++i)
      log->append(entry_of(audit_event::refused)).value();
    log->append(entry_of(audit_event::action_ended, 2)).value();
  }
  EXPECT_THAT(audit_files(f.path()), SizeIs(13));
  const auto pending = f.open(400, 30).value()->take_pending();
  ASSERT_THAT(pending, SizeIs(1));
  EXPECT_EQ(pending[0].action_id, 1u);
}

TEST(audit_log, with_fewer_files_than_before_the_oldest_go) {
  const audit_folder f;
  const auto log = f.open(400, 9).value();
  for (int i = 0; i < 20; ++i)
    log->append(entry_of(audit_event::refused)).value();
  ASSERT_THAT(audit_files(f.path()), SizeIs(10));
  log->set_limits(400, 3);
  log->append(entry_of(audit_event::refused)).value();
  EXPECT_THAT(audit_files(f.path()), SizeIs(4));
  EXPECT_EQ(problem_of(f), "");
  EXPECT_EQ(entries(f).back().seq, 21u);
}

TEST(audit_log, a_last_line_that_lacks_only_its_end_is_whole) {
  const audit_folder f;
  {
    const auto log = f.open().value();
    log->append(entry_of(audit_event::refused)).value();
    log->append(entry_of(audit_event::action_begins)).value();
  }
  std::string text = f.text();
  text.pop_back();
  for (const bool has_head : {true, false}) {
    f.set_text(text);
    if (!has_head) f.remove_head();
    const auto log = f.open().value();
    EXPECT_THAT(log->take_pending(), SizeIs(1));
    log->append(entry_of(audit_event::refused)).value();
    EXPECT_EQ(problem_of(f), "");
    // Nothing is torn. Without its head there is one entry more, since lines may be missing.
    EXPECT_THAT(entries(f), SizeIs(has_head ? 3 : 4));
  }
}

TEST(audit_log, a_torn_last_line_is_told_of_and_the_chain_goes_on) {
  const audit_folder f;
  f.open().value()->append(entry_of(audit_event::refused)).value();
  f.set_text(f.text() + "{\"seq\":2,\"time\":\"20");
  f.open().value()->append(entry_of(audit_event::refused)).value();
  const auto read = entries(f);
  ASSERT_THAT(read, SizeIs(3));
  EXPECT_EQ(read[1].event, audit_event::torn_line);
  EXPECT_THAT(read[1].why, HasSubstr("19 bytes: {\"seq\":2"));
  EXPECT_EQ(read[1].previous, sha256_hex("{\"seq\":2,\"time\":\"20"));
  EXPECT_EQ(problem_of(f), "");
  EXPECT_EQ(verify_audit(f.path())->recorded, 1u);
}

TEST(audit_log, a_torn_line_whose_end_was_written_and_no_more_is_told_of) {
  const audit_folder f;
  f.open().value()->append(entry_of(audit_event::refused)).value();
  f.set_text(f.text() + "{\"seq\":2,\"ti\n");
  EXPECT_NE(problem_of(f), "");
  f.open().value();
  EXPECT_EQ(entries(f).back().event, audit_event::torn_line);
  EXPECT_EQ(problem_of(f), "");
}

TEST(audit_log, lines_that_were_cut_off_its_end_are_told_of) {
  const audit_folder f;
  {
    const auto log = f.open().value();
    for (int i = 0; i < 3; ++i)
      log->append(entry_of(audit_event::refused)).value();
  }
  auto lines = f.lines();
  lines.resize(1);
  f.set_lines(lines);
  EXPECT_THAT(problem_of(f), HasSubstr("ends with line 1 and was written up to line 3"));
  f.open().value();
  const auto read = entries(f);
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(read[1].event, audit_event::lines_missing);
  EXPECT_EQ(read[1].seq, 4u);
  EXPECT_EQ(read[1].why, "the lines 2 to 3 were written and are gone");
  EXPECT_EQ(problem_of(f), "");
}

TEST(audit_log, that_is_moved_away_is_begun_anew_and_tells_of_it) {
  const audit_folder f;
  const auto log = f.open().value();
  log->append(entry_of(audit_event::action_begins)).value();
  log->append(entry_of(audit_event::refused)).value();
  f.move_away();
  EXPECT_EQ(log->append(entry_of(audit_event::action_begins), durability::on_disk).value(), 4u);
  log->append(entry_of(audit_event::action_ended, 4)).value();
  const auto read = entries(f);
  ASSERT_THAT(read, SizeIs(3));
  EXPECT_EQ(read[0].event, audit_event::lines_missing);
  EXPECT_EQ(read[0].why, "the lines 1 to 2 were written and are gone");
  EXPECT_EQ(read[1].action_id, 4u);
  EXPECT_EQ(problem_of(f), "");
  EXPECT_THAT(log->take_pending(), SizeIs(0)); // the first action is this agent's own
}

TEST(audit_log, that_is_moved_away_with_its_head_goes_on_counting) {
  const audit_folder f;
  const auto log = f.open(400).value();
  for (int i = 0; i < 3; ++i)
    log->append(entry_of(audit_event::refused)).value();
  ASSERT_THAT(audit_files(f.path()), SizeIs(3));
  f.move_away();
  f.remove_head();
  EXPECT_EQ(log->append(entry_of(audit_event::refused)).value(), 5u);
  EXPECT_EQ(entries(f).back().seq, 5u);
  EXPECT_EQ(problem_of(f), "");
}

TEST(audit_log, whose_place_a_copy_has_taken_goes_on_in_that) {
  const audit_folder f;
  const auto log = f.open().value();
  log->append(entry_of(audit_event::refused)).value();
  const std::string text = f.text();
  f.move_away();
  f.set_text(text);
  log->append(entry_of(audit_event::refused)).value();
  EXPECT_THAT(entries(f), SizeIs(2));
  EXPECT_EQ(problem_of(f), "");
}

TEST(audit_log, whose_place_is_taken_fails_until_it_is_free) {
  const audit_folder f;
  const auto log = f.open().value();
  log->append(entry_of(audit_event::refused)).value();
  f.move_away();
  std::filesystem::create_directory(f.path());
  EXPECT_FALSE(log->append(entry_of(audit_event::action_begins), durability::on_disk));
  EXPECT_EQ(log->write_failures_total(), 1u);
  std::filesystem::remove(f.path());
  EXPECT_TRUE(log->append(entry_of(audit_event::action_begins), durability::on_disk));
  EXPECT_THAT(entries(f), SizeIs(2));
  EXPECT_EQ(problem_of(f), "");
}

TEST(audit_log, that_cannot_be_made_is_an_error) {
  const audit_folder f;
  EXPECT_FALSE(audit_log::open({f.path() + "/none/audit.jsonl"}, f.time));
}

} // namespace
} // namespace reeve::remedy
