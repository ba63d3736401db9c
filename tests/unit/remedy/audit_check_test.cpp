// SPDX-License-Identifier: Apache-2.0
// What was done to an audit log is found, and where.
#include "audit_files.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace reeve::remedy {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

class written_log : public testing::Test {
 protected:
  void SetUp() override {
    const auto log = f.open().value();
    for (int i = 0; i < 5; ++i) {
      log->append(entry_of(audit_event::refused)).value();
      f.time.pass(1min);
    }
  }
  // "LINE: WHAT" of the first problem; empty: there is none.
  std::string problem() const {
    const auto report = verify_audit(f.path());
    if (!report) return report.error().message;
    if (!report->problem) return "";
    EXPECT_EQ(report->problem->file, f.path());
    return cat(report->problem->line, ": ", report->problem->what);
  }

  audit_folder f;
};

TEST_F(written_log, is_as_it_was_written) {
  EXPECT_EQ(problem(), "");
  const auto report = verify_audit(f.path()).value();
  EXPECT_EQ(report.files, 1u);
  EXPECT_EQ(report.entries, 5u);
}

TEST_F(written_log, no_byte_of_it_can_be_changed) {
  const std::string text = f.text();
  for (std::size_t i = 0; i < text.size(); i += 7) {
    std::string changed = text;
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    f.set_text(changed);
    EXPECT_NE(problem(), "") << "byte " << i;
  }
}

TEST_F(written_log, without_its_head_it_may_have_been_cut_off) {
  f.remove_head();
  EXPECT_THAT(problem(), HasSubstr(".head, which says what the last line was, is gone"));
  auto lines = f.lines();
  lines.resize(2);
  f.set_lines(lines);
  (void)f.open().value()->append(entry_of(audit_event::refused));
  const auto entries = read_audit(f.path(), {}).value();
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[2].event, audit_event::lines_missing) << "the next agent tells of it";
  EXPECT_THAT(entries[2].why, HasSubstr("there may have been some after line 2"));
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(verify_audit(f.path())->recorded, 1u);
}

TEST_F(written_log, a_changed_line_is_named_by_the_one_after_it) {
  auto lines = f.lines();
  lines[1].replace(lines[1].find("web"), 3, "www");
  f.set_lines(lines);
  EXPECT_THAT(problem(), HasSubstr("3: it does not follow the line before it"));
}

TEST_F(written_log, a_changed_last_line_is_found) {
  auto lines = f.lines();
  lines[4].replace(lines[4].find("web"), 3, "www");
  f.set_lines(lines);
  EXPECT_EQ(problem(), "5: it is not the line that was written");
}

// It is numbered higher than the last one that was written, so that nothing is missing behind it.
TEST_F(written_log, a_line_in_place_of_all_is_found) {
  audit_entry e = entry_of(audit_event::refused);
  e.seq = 7;
  e.previous = std::string(64, 'a');
  f.set_lines({to_line(e)});
  EXPECT_EQ(problem(), "0: line 5 is not in it, and was the last one that was written");
  f.open().value();
  EXPECT_EQ(read_audit(f.path(), {})->back().why, "line 5 is not the one that was written");
}

TEST_F(written_log, a_removed_line_is_found) {
  auto lines = f.lines();
  lines.erase(lines.begin() + 2);
  f.set_lines(lines);
  EXPECT_THAT(problem(), HasSubstr("3: it does not follow"));
}

TEST_F(written_log, lines_in_another_order_are_found) {
  auto lines = f.lines();
  std::swap(lines[1], lines[2]);
  f.set_lines(lines);
  EXPECT_THAT(problem(), HasSubstr("2: it does not follow"));
}

TEST_F(written_log, a_file_cut_within_a_line_is_found) {
  f.set_text(f.text().substr(0, f.text().size() - 10));
  EXPECT_EQ(problem(), "5: the file ends in the middle of a line");
}

TEST_F(written_log, a_file_cut_between_lines_is_found) {
  auto lines = f.lines();
  lines.pop_back();
  f.set_lines(lines);
  EXPECT_THAT(problem(), HasSubstr("4: the log ends with line 4 and was written up to line 5"));
}

TEST_F(written_log, an_emptied_file_is_found) {
  f.set_text("");
  EXPECT_NE(problem(), "");
}

TEST_F(written_log, a_line_put_in_is_found) {
  auto lines = f.lines();
  lines.insert(lines.begin() + 2, "garbage");
  f.set_lines(lines);
  EXPECT_EQ(problem(), "3: it is no entry of an audit log");
}

TEST(audit_check, a_missing_file_between_two_is_found) {
  const audit_folder f;
  {
    const auto log = f.open(1000, 5).value();
    for (int i = 0; i < 20; ++i)
      log->append(entry_of(audit_event::refused)).value();
  }
  const auto files = audit_files(f.path());
  ASSERT_THAT(files, testing::SizeIs(testing::Ge(3u)));
  std::filesystem::remove(std::filesystem::path(std::u8string(files[1].begin(), files[1].end())));
  const auto report = verify_audit(f.path()).value();
  ASSERT_TRUE(report.problem);
  EXPECT_EQ(report.problem->line, 1u);
}

TEST(audit_check, says_where_there_is_no_log) {
  const audit_folder f;
  EXPECT_EQ(verify_audit(f.path()).error().code, errc::not_found);
  EXPECT_EQ(read_audit(f.path(), {}).error().code, errc::not_found);
}

TEST(audit_check, counts_actions_and_those_in_flight) {
  const audit_folder f;
  const auto log = f.open().value();
  log->append(entry_of(audit_event::action_begins)).value();
  log->append(entry_of(audit_event::action_ended, 1)).value();
  log->append(entry_of(audit_event::action_begins)).value();
  const auto report = verify_audit(f.path()).value();
  EXPECT_EQ(report.actions, 2u);
  EXPECT_EQ(report.not_ended, 1u);
}

TEST_F(written_log, is_filtered_by_rule_target_outcome_and_time) {
  const auto log = f.open().value();
  audit_entry other = entry_of(audit_event::action_ended, 3);
  other.source = "alert hang 0a1b";
  other.target = {"service", "ssh", 0, 0, ""};
  other.outcome = "failed";
  log->append(other).value();
  const auto count = [&](const audit_filter& filter) { return read_audit(f.path(), filter)->size(); };
  EXPECT_EQ(count({}), 6u);
  EXPECT_EQ(count({"leak", "", "", {}}), 5u);
  EXPECT_EQ(count({"hang", "", "", {}}), 1u);
  EXPECT_EQ(count({"", "service:ssh", "", {}}), 1u);
  EXPECT_EQ(count({"", "web", "", {}}), 5u);
  EXPECT_EQ(count({"", "", "failed", {}}), 1u);
  EXPECT_EQ(count({"", "", "refused", {}}), 5u);
  EXPECT_EQ(count({"", "", "", f.time.unix_time() - 2min}), 3u);
  EXPECT_EQ(count({"leak", "ssh", "", {}}), 0u);
  audit_entry reset;
  reset.event = audit_event::reset;
  reset.source = "the command line";
  reset.target.name = "leak";
  log->append(reset).value();
  EXPECT_EQ(count({"leak", "", "", {}}), 6u) << "it is about that rule";
  EXPECT_EQ(count({"command", "", "", {}}), 0u) << "no name of a rule";
}

// It begins a new file while the log is read.
TEST(audit_check, an_agent_that_goes_on_writing_is_no_problem) {
  audit_folder f;
  const auto log = f.open(20'000).value(); // some fifty lines to a file
  const auto append = [&] { (void)log->append(entry_of(audit_event::refused)); };
  for (int i = 0; i < 150; ++i)
    append();
  for (int i = 0; i < 60 && !testing::Test::HasFailure(); ++i) {
    const std::jthread agent([&] {
      for (int line = 0; line < 60; ++line)
        append();
    });
    if (const auto report = verify_audit(f.path()))
      EXPECT_FALSE(report->problem) << report->problem->file << " line " << report->problem->line << ": "
                                    << report->problem->what;
    else
      ADD_FAILURE() << report.error().message;
    if (const auto entries = read_audit(f.path(), {})) {
      for (std::size_t n = 1; n < entries->size(); ++n)
        EXPECT_EQ((*entries)[n].seq, (*entries)[n - 1].seq + 1);
    } else {
      ADD_FAILURE() << entries.error().message;
    }
  }
}

} // namespace
} // namespace reeve::remedy
