// SPDX-License-Identifier: Apache-2.0
// What waits for a sink, and when it is offered: time is a number here.
#include "sink_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::app {
namespace {

using namespace std::chrono_literals;
using change = sink_queue::change;
using plugin_host::event_batch;

plugin_host::event_ptr numbered(std::uint64_t seq, std::uint32_t severity = REEVE_INFO) {
  auto e = std::make_shared<plugin_host::event>();
  e->seq = seq;
  e->severity = severity;
  return e;
}

std::vector<std::uint64_t> seqs(const event_batch& batch) {
  std::vector<std::uint64_t> out;
  for (const auto& e : batch)
    out.push_back(e->seq);
  return out;
}

class queue_of_a_sink : public testing::Test {
 protected:
  queue_of_a_sink() { queue_.open(REEVE_TRACE, 5s); }
  void fill(std::uint64_t n) {
    for (std::uint64_t i = 1; i <= n; ++i)
      queue_.push(numbered(i));
  }
  change answer(event_batch batch, std::uint32_t taken, reeve_status status) {
    return queue_.answered(queue_.incarnation(), std::move(batch), taken, status, now_);
  }

  sink_queue queue_;
  nanoseconds now_ = 100s;
};

TEST_F(queue_of_a_sink, gives_batches_in_order_one_at_a_time) {
  fill(200);
  event_batch first = queue_.next(now_);
  ASSERT_EQ(first.size(), sink_queue::max_batch);
  EXPECT_EQ(first.front()->seq, 1u);
  EXPECT_TRUE(queue_.next(now_).empty()) << "one is in flight";
  EXPECT_EQ(answer(first, 128, REEVE_OK), change::none);
  event_batch second = queue_.next(now_);
  ASSERT_EQ(second.size(), 72u);
  EXPECT_EQ(second.front()->seq, 129u);
  answer(second, 72, REEVE_OK);
  EXPECT_EQ(queue_.count().delivered, 200u);
  EXPECT_EQ(queue_.due(), nanoseconds::max());
}

TEST_F(queue_of_a_sink, offers_the_rest_again_later_and_later) {
  fill(3);
  event_batch batch = queue_.next(now_);
  EXPECT_EQ(answer(batch, 1, REEVE_E_AGAIN), change::none);
  nanoseconds wait = sink_queue::backoff_min;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(queue_.due(), now_ + wait);
    EXPECT_TRUE(queue_.next(now_ + wait - 1ns).empty());
    now_ += wait;
    batch = queue_.next(now_);
    ASSERT_THAT(seqs(batch), testing::ElementsAre(2, 3));
    answer(batch, 0, REEVE_E_AGAIN);
    wait = std::min(wait * 2, sink_queue::backoff_max);
  }
  now_ += wait;
  batch = queue_.next(now_);
  EXPECT_EQ(answer(batch, 2, REEVE_OK), change::recovered);
  EXPECT_EQ(queue_.count().delivered, 3u);
  EXPECT_EQ(queue_.count().dropped(), 0u);
}

TEST_F(queue_of_a_sink, one_again_is_no_failure_and_many_are) {
  fill(1);
  for (unsigned i = 1; i <= sink_queue::max_failures + 2; ++i) {
    const event_batch batch = queue_.next(now_);
    ASSERT_EQ(batch.size(), 1u);
    EXPECT_EQ(answer(batch, 0, REEVE_E_AGAIN),
              i == sink_queue::max_failures ? change::failing : change::none);
    now_ += sink_queue::backoff_max;
  }
}

TEST_F(queue_of_a_sink, what_a_sink_keeps_failing_of_is_dropped_and_counted) {
  fill(2);
  for (unsigned i = 1; i <= sink_queue::max_failures; ++i) {
    const event_batch batch = queue_.next(now_);
    ASSERT_EQ(batch.size(), 2u) << i;
    EXPECT_EQ(answer(batch, 0, REEVE_E_FAIL), i == 1 ? change::failing : change::none);
    now_ += sink_queue::backoff_max;
  }
  EXPECT_EQ(queue_.count().dropped_failed, 2u);
  EXPECT_EQ(queue_.waiting(), 0u);
  queue_.push(numbered(3));
  EXPECT_EQ(answer(queue_.next(now_), 1, REEVE_OK), change::recovered);
}

TEST_F(queue_of_a_sink, is_bounded_and_keeps_the_oldest) {
  fill(sink_queue::max_waiting + 10);
  EXPECT_EQ(queue_.waiting(), sink_queue::max_waiting);
  EXPECT_EQ(queue_.count().dropped_full, 10u);
  EXPECT_EQ(queue_.next(now_).front()->seq, 1u);
}

TEST_F(queue_of_a_sink, tells_of_a_loss_once_the_sink_takes_events_again) {
  fill(sink_queue::max_waiting + 10);
  EXPECT_EQ(queue_.lost_to_tell(now_), 0u) << "it has taken nothing yet";
  answer(queue_.next(now_), 128, REEVE_OK);
  EXPECT_EQ(queue_.lost_to_tell(now_), 10u);
  EXPECT_EQ(queue_.lost_to_tell(now_), 0u);
  fill(200); // 128 fit
  answer(queue_.next(now_), 128, REEVE_OK);
  EXPECT_EQ(queue_.lost_to_tell(now_ + 1s), 0u) << "too soon after the last time";
  EXPECT_EQ(queue_.lost_to_tell(now_ + sink_queue::lost_interval), 72u);
}

TEST_F(queue_of_a_sink, a_batch_that_does_not_come_back_is_noticed_once) {
  fill(1);
  const event_batch batch = queue_.next(now_);
  EXPECT_EQ(queue_.due(), now_ + 5s);
  EXPECT_EQ(queue_.look(now_ + 5s - 1ns), change::none);
  EXPECT_EQ(queue_.look(now_ + 5s), change::failing);
  EXPECT_EQ(queue_.look(now_ + 6s), change::none);
  EXPECT_EQ(queue_.due(), nanoseconds::max());
  EXPECT_EQ(answer(batch, 1, REEVE_OK), change::recovered);
}

TEST_F(queue_of_a_sink, leaves_out_what_the_sink_does_not_want) {
  sink_queue queue;
  queue.push(numbered(1, REEVE_INFO)); // nobody has said yet what is wanted
  queue.push(numbered(2, REEVE_ERROR));
  queue.open(REEVE_WARN, 1s);
  queue.push(numbered(3, REEVE_DEBUG));
  queue.push(numbered(4, REEVE_WARN));
  EXPECT_THAT(seqs(queue.next(now_)), testing::ElementsAre(2, 4));
  EXPECT_EQ(queue.count().dropped(), 0u);
}

TEST_F(queue_of_a_sink, outlives_the_instance) {
  fill(2);
  const event_batch old = queue_.next(now_);
  const std::uint64_t former = queue_.incarnation();
  queue_.shut();
  queue_.push(numbered(3));
  EXPECT_TRUE(queue_.next(now_).empty());
  queue_.open(REEVE_TRACE, 5s);
  EXPECT_THAT(seqs(queue_.next(now_)), testing::ElementsAre(3));
  EXPECT_EQ(queue_.answered(former, old, 1, REEVE_E_AGAIN, now_), change::none);
  EXPECT_EQ(queue_.count().delivered, 1u);
  EXPECT_EQ(queue_.count().dropped_stopped, 1u);
}

TEST_F(queue_of_a_sink, counts_what_the_last_offer_left) {
  fill(5);
  EXPECT_EQ(queue_.take_all().size(), 5u);
  EXPECT_EQ(queue_.waiting(), 0u);
  queue_.stopped(5, 3);
  EXPECT_EQ(queue_.count().delivered, 3u);
  EXPECT_EQ(queue_.count().dropped_stopped, 2u);
}

} // namespace
} // namespace reeve::app
