// SPDX-License-Identifier: Apache-2.0
// What is written, held back and offered again. The log is the test's, and so is the time.
#include "own_events.hpp"
#include "writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace reeve::eventlog_writer {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

struct fake_log_state {
  std::vector<record> seen;
  std::function<write_result(const record&)> answer; // null: written
};

class fake_log final : public system_log {
 public:
  explicit fake_log(fake_log_state& s) : state_(s) {}
  write_result write(const record& r) override {
    const write_result result = state_.answer ? state_.answer(r) : write_result::written;
    if (result == write_result::written) state_.seen.push_back(r);
    return result;
  }
  std::string_view backend() const noexcept override { return "fake"; }
  const std::string& trouble() const noexcept override { return trouble_; }

 private:
  fake_log_state& state_;
  std::string trouble_ = "it is away";
};

class writing : public testing::Test {
 protected:
  void make(std::uint32_t limit) { writer_.emplace(std::make_unique<fake_log>(log_), limit, 60s); }
  // `n` events of one id.
  std::uint32_t offer(int n, std::uint32_t id = 7) {
    std::vector<reeve_event> events;
    for (int i = 0; i < n; ++i) {
      reeve_event e{};
      e.struct_size = sizeof e;
      e.severity = REEVE_WARN;
      e.id = id;
      e.seq = ++seq_;
      e.source = {"p", 1};
      e.name = {"a.b", 3};
      e.message = {"hello", 5};
      events.push_back(e);
    }
    return offer_again(events);
  }
  std::uint32_t offer_again(const std::vector<reeve_event>& events) {
    std::vector<const reeve_event*> pointers;
    for (const reeve_event& e : events)
      pointers.push_back(&e);
    return writer_->take(pointers, now_, 5);
  }
  std::vector<std::string> messages() const {
    std::vector<std::string> out;
    for (const record& r : log_.seen)
      out.push_back(r.message);
    return out;
  }

  fake_log_state log_;
  std::optional<writer> writer_;
  std::chrono::nanoseconds now_ = 1000s;
  std::uint64_t seq_ = 0;
};

TEST_F(writing, puts_all_through_without_a_limit) {
  make(0);
  EXPECT_EQ(offer(1000), 1000u);
  EXPECT_EQ(log_.seen.size(), 1000u);
  EXPECT_EQ(writer_->count().written.at("fake"), 1000u);
}

TEST_F(writing, holds_back_what_is_over_the_limit_and_sums_it_up_when_the_window_ends) {
  make(3);
  EXPECT_EQ(offer(10), 10u) << "held back is dealt with";
  EXPECT_EQ(log_.seen.size(), 3u);
  EXPECT_EQ(offer(2, 8), 2u) << "another id has its own window";
  EXPECT_EQ(log_.seen.size(), 5u);
  now_ += 60s - 1ns;
  writer_->summarise(now_, 5);
  EXPECT_EQ(log_.seen.size(), 5u);
  now_ += 1ns;
  writer_->summarise(now_, 5);
  ASSERT_EQ(log_.seen.size(), 6u);
  const record& summary = log_.seen.back();
  EXPECT_EQ(summary.message, "7 more of event 7 (a.b) of p were held back in the last 60 s");
  EXPECT_EQ(summary.source, own_source);
  EXPECT_EQ(summary.id, held_back_id);
  EXPECT_EQ(summary.severity, static_cast<std::uint32_t>(REEVE_WARN));
  EXPECT_EQ(summary.unix_ns, 5);
  EXPECT_EQ(writer_->held_back(), 7u);
  EXPECT_EQ(offer(1), 1u);
  EXPECT_EQ(log_.seen.back().message, "hello");
}

TEST_F(writing, says_at_the_end_what_is_still_held_back) {
  make(1);
  offer(3);
  now_ += 5s;
  writer_->summarise(now_, 5, true);
  EXPECT_THAT(messages(),
              ElementsAre("hello", HasSubstr("2 more of event 7 (a.b) of p were held back in the last 5 s")));
}

TEST_F(writing, hands_back_what_the_log_does_not_take_now_and_does_not_count_it_twice) {
  make(2);
  int left = 1;
  log_.answer = [&](const record&) { return left-- > 0 ? write_result::written : write_result::later; };
  std::vector<reeve_event> events(3);
  for (reeve_event& e : events) {
    e.struct_size = sizeof e;
    e.id = 7;
    e.seq = ++seq_;
  }
  EXPECT_EQ(offer_again(events), 1u);
  EXPECT_FALSE(writer_->up());
  events.erase(events.begin());
  left = 0;
  EXPECT_EQ(offer_again(events), 0u);
  EXPECT_EQ(offer_again(events), 0u);
  log_.answer = nullptr;
  EXPECT_EQ(offer_again(events), 2u);
  EXPECT_TRUE(writer_->up());
  EXPECT_EQ(log_.seen.size(), 2u);
  EXPECT_EQ(writer_->held_back(), 1u) << "three came and two may pass";
}

TEST_F(writing, counts_what_the_log_will_never_take_and_goes_on) {
  make(0);
  log_.answer = [](const record& r) { return r.seq == 2 ? write_result::impossible : write_result::written; };
  EXPECT_EQ(offer(3), 3u);
  EXPECT_EQ(log_.seen.size(), 2u);
  EXPECT_EQ(writer_->count().refused, 1u);
}

TEST_F(writing, keeps_summaries_while_the_log_is_away_within_a_bound) {
  make(1);
  for (std::uint32_t id = 1; id <= 100; ++id)
    offer(2, id);
  log_.seen.clear();
  log_.answer = [](const record&) { return write_result::later; };
  now_ += 60s;
  EXPECT_EQ(offer(1), 0u) << "the summaries come first";
  log_.answer = nullptr;
  EXPECT_EQ(offer(1), 1u);
  EXPECT_EQ(log_.seen.size(), writer::max_summaries + 1);
  EXPECT_EQ(writer_->count().lost_summaries, 100 - writer::max_summaries);
}

TEST_F(writing, remembers_a_bounded_number_of_ids) {
  make(1);
  for (std::uint32_t id = 1; id <= rate_limit::max_ids + 50; ++id)
    offer(1, id);
  EXPECT_EQ(log_.seen.size(), rate_limit::max_ids + 1) << "further ids share one allowance";
  now_ += 60s;
  writer_->summarise(now_, 5);
  EXPECT_EQ(log_.seen.back().message, "49 more of several ids were held back in the last 60 s");
  offer(1, 9999);
  EXPECT_EQ(log_.seen.back().message, "hello");
}

} // namespace
} // namespace reeve::eventlog_writer
