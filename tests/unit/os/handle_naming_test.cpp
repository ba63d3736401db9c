// SPDX-License-Identifier: Apache-2.0
#include "handle_naming.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <set>

namespace reeve::os {
namespace {

using parse::handle_answer;
using parse::handle_outcome;
using parse::handle_question;
using testing::ElementsAre;

// Answers every handle with its own number, except those that hang or end it. No process, no time.
struct script {
  std::set<std::uint32_t> hangs, ends;
  bool cannot_start = false;
  std::string always;        // says this instead
  bool ended_unseen = false; // the process is gone, and nobody has noticed yet

  int starts = 0, ended = 0;
  std::size_t most_waiting = 0;
  std::vector<std::uint32_t> asked;
  nanoseconds patience{0};
};

class scripted_helper final : public line_helper {
 public:
  explicit scripted_helper(script& s) : script_(s) {}
  result<> start() override {
    if (script_.cannot_start) return error{errc::not_found, "no such program", 2};
    ++script_.starts;
    script_.ended_unseen = false;
    waiting_.clear();
    return {};
  }
  result<> send(std::string_view lines) override {
    if (script_.ended_unseen) return error{errc::failed, "broken pipe", 0};
    while (!lines.empty()) {
      const std::size_t end = lines.find('\n');
      waiting_.push_back(*parse::parse_handle_question(lines.substr(0, end)));
      lines.remove_prefix(end + 1);
    }
    script_.most_waiting = std::max(script_.most_waiting, waiting_.size());
    return {};
  }
  result<std::string> next_line(nanoseconds patience) override {
    script_.patience = patience;
    const handle_question q = waiting_.front();
    waiting_.pop_front();
    script_.asked.push_back(q.handle);
    if (script_.hangs.contains(q.handle)) return error{errc::timed_out, "silent", 0};
    if (script_.ends.contains(q.handle)) return error{errc::failed, "it has ended", 0};
    if (!script_.always.empty()) return script_.always;
    return "file " + std::to_string(q.handle);
  }
  void end() noexcept override { ++script_.ended; }

 private:
  script& script_;
  std::deque<handle_question> waiting_;
};

class handle_naming_test : public testing::Test {
 protected:
  std::vector<handle_answer> ask(std::uint32_t count) {
    std::vector<handle_question> questions;
    for (std::uint32_t i = 1; i <= count; ++i)
      questions.push_back({4, i});
    std::vector<handle_answer> out;
    const auto done = naming_.ask(questions, out);
    EXPECT_TRUE(done) << done.error().message;
    return out;
  }
  static std::vector<handle_outcome> outcomes(const std::vector<handle_answer>& answers) {
    std::vector<handle_outcome> out;
    for (const handle_answer& a : answers)
      out.push_back(a.outcome);
    return out;
  }

  script script_;
  handle_naming naming_{std::make_unique<scripted_helper>(script_), {std::chrono::milliseconds(5), 3, 2}};
};

TEST_F(handle_naming_test, each_question_gets_its_answer_from_one_helper) {
  EXPECT_EQ(script_.starts, 0) << "nobody asked yet";
  const auto answers = ask(7);
  ASSERT_EQ(answers.size(), 7u);
  for (std::size_t i = 0; i < answers.size(); ++i)
    EXPECT_EQ(answers[i].text, std::to_string(i + 1));
  EXPECT_EQ(script_.most_waiting, 3u) << "the queue is bounded";
  EXPECT_EQ(script_.patience, std::chrono::milliseconds(5));
  ask(2);
  EXPECT_EQ(script_.starts, 1) << "the helper stays for the next reading";
  EXPECT_EQ(script_.ended, 0);
}

TEST_F(handle_naming_test, nothing_to_ask_starts_nobody) {
  EXPECT_TRUE(ask(0).empty());
  EXPECT_EQ(script_.starts, 0);
}

TEST_F(handle_naming_test, a_new_helper_goes_on_behind_the_handle_that_hung) {
  script_.hangs = {2};
  const auto answers = ask(4);
  EXPECT_THAT(outcomes(answers), ElementsAre(handle_outcome::file, handle_outcome::hung, handle_outcome::file,
                                             handle_outcome::file));
  EXPECT_EQ(answers[3].text, "4") << "answers stay with their questions";
  EXPECT_THAT(script_.asked, ElementsAre(1, 2, 3, 4)) << "the one that hung is not asked again";
  EXPECT_EQ(script_.starts, 2);
  EXPECT_EQ(script_.ended, 1);
}

TEST_F(handle_naming_test, a_handle_that_ends_the_helper_is_passed_over_too) {
  script_.ends = {3};
  EXPECT_THAT(outcomes(ask(4)), ElementsAre(handle_outcome::file, handle_outcome::file, handle_outcome::hung,
                                            handle_outcome::file));
}

TEST_F(handle_naming_test, after_too_many_the_rest_is_not_asked) {
  script_.hangs = {1, 2, 3};
  EXPECT_THAT(outcomes(ask(4)), ElementsAre(handle_outcome::hung, handle_outcome::hung,
                                            handle_outcome::not_asked, handle_outcome::not_asked));
  EXPECT_EQ(script_.starts, 2);
  script_.hangs.clear();
  EXPECT_THAT(outcomes(ask(2)), ElementsAre(handle_outcome::file, handle_outcome::file))
      << "the next reading begins anew";
}

TEST_F(handle_naming_test, one_that_ended_between_two_readings_is_started_again) {
  ask(1);
  script_.ended_unseen = true;
  EXPECT_THAT(outcomes(ask(1)), ElementsAre(handle_outcome::file));
  EXPECT_EQ(script_.starts, 2);
}

TEST_F(handle_naming_test, no_helper_and_nonsense_are_errors) {
  std::vector<handle_answer> out;
  const handle_question questions[] = {{4, 8}};
  script_.always = "42 is the answer";
  EXPECT_FALSE(naming_.ask(questions, out));
  EXPECT_EQ(script_.ended, 1);
  script_.cannot_start = true;
  const auto done = naming_.ask(questions, out);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::not_found);
}

TEST(handle_name_lines, questions_are_read_back) {
  std::string lines;
  append_line(lines, handle_question{4294967295u, 4, parse::name_wanted::path});
  append_line(lines, handle_question{8, 4294967292u, parse::name_wanted::name});
  EXPECT_EQ(lines, "4294967295 4 path\n8 4294967292 name\n");
  const auto second = parse::parse_handle_question("8 4294967292 name");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->pid, 8u);
  EXPECT_EQ(second->handle, 4294967292u);
  EXPECT_EQ(second->wanted, parse::name_wanted::name);
  for (const char* wrong :
       {"", "4", "4 8", "4 8 size", "4 8 path ", "4294967296 8 path", "4 -8 path", "a b path"})
    EXPECT_FALSE(parse::parse_handle_question(wrong)) << wrong;
}

TEST(handle_name_lines, answers_are_read_back) {
  const auto round = [](handle_answer a) {
    std::string line;
    append_line(line, a);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    const auto back = parse::parse_handle_answer(std::string_view(line).substr(0, line.size() - 1));
    EXPECT_TRUE(back) << line;
    return back.value_or(handle_answer{});
  };
  for (int i = 0; i < static_cast<int>(handle_outcome::hung); ++i)
    EXPECT_EQ(round({static_cast<handle_outcome>(i), ""}).outcome, static_cast<handle_outcome>(i));
  EXPECT_EQ(round({handle_outcome::file, "\\\\?\\C:\\two  blanks"}).text, "\\\\?\\C:\\two  blanks");
  EXPECT_EQ(round({handle_outcome::file, "a\nfile b"}).outcome, handle_outcome::failed);
  for (const char* wrong : {"", " file", "files", "hung", "FILE x"})
    EXPECT_FALSE(parse::parse_handle_answer(wrong)) << wrong;
}

} // namespace
} // namespace reeve::os
