// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/process_health.hpp"

#include <gmock/gmock.h>

namespace reeve::supervise {
namespace {

using namespace std::chrono_literals;
using testing::Optional;

class fake_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override { return now; }
  nanoseconds unix_time() const noexcept override { return now; }
  nanoseconds now{0};
};

// Keeps what it was asked, for the test to answer.
struct asked {
  std::vector<std::function<void(probe_answer)>> open;
  nanoseconds timeout{0};

  ask_health ask() {
    return [this](nanoseconds limit, std::function<void(probe_answer)> done) {
      timeout = limit;
      open.push_back(std::move(done));
    };
  }
  void answer(bool passed) {
    ASSERT_FALSE(open.empty());
    const auto done = std::move(open.front());
    open.erase(open.begin());
    done({passed, ""});
  }
};

struct two_checks : testing::Test {
  fake_clock time;
  asked web, port;
  int answers = 0;
  process_health health{
      time,
      {{"web", {.timeout = 1s, .retries = 1}, web.ask()}, {"port", {.interval = 4s}, port.ask()}},
      [this] { ++answers; }};
};

TEST(process_health, without_checks_is_healthy) {
  const fake_clock time;
  process_health health(time, {}, [] {});
  health.begin();
  EXPECT_EQ(health.state(), health_state::healthy);
  EXPECT_EQ(health.next_wake(), std::nullopt);
}

TEST_F(two_checks, are_asked_with_their_own_timeouts_once_the_process_is_up) {
  health.advance();
  EXPECT_TRUE(web.open.empty());
  health.begin();
  health.advance();
  EXPECT_EQ(web.open.size(), 1u);
  EXPECT_EQ(port.open.size(), 1u);
  EXPECT_EQ(web.timeout, 1s);
  EXPECT_EQ(port.timeout, 2s);
}

TEST_F(two_checks, make_the_process_healthy_together) {
  health.begin();
  health.advance();
  EXPECT_EQ(health.state(), health_state::starting);
  web.answer(true);
  EXPECT_EQ(health.state(), health_state::starting);
  port.answer(true);
  EXPECT_EQ(health.state(), health_state::healthy);
  EXPECT_EQ(answers, 2);
  EXPECT_THAT(health.next_wake(), Optional(nanoseconds(4s)));
}

TEST_F(two_checks, make_the_process_unhealthy_each) {
  health.begin();
  health.advance();
  web.answer(true);
  time.now = 10s;
  health.advance();
  web.answer(false);
  EXPECT_EQ(health.state(), health_state::unhealthy); // although the other has not passed yet
  EXPECT_EQ(health.checks()[0].name, "web");
  EXPECT_EQ(health.checks()[0].check.state(), health_state::unhealthy);
  EXPECT_EQ(health.checks()[1].check.state(), health_state::starting);
}

TEST_F(two_checks, are_silent_when_the_process_has_ended) {
  health.begin();
  health.advance();
  health.end();
  EXPECT_EQ(health.next_wake(), std::nullopt);
  time.now = 1h;
  health.advance();
  EXPECT_EQ(web.open.size(), 1u);
}

TEST(process_health, an_answer_after_its_end_is_thrown_away) {
  const fake_clock time;
  asked late;
  int answers = 0;
  {
    process_health health(time, {{"late", {}, late.ask()}}, [&] { ++answers; });
    health.begin();
    health.advance();
  }
  late.answer(true);
  EXPECT_EQ(answers, 0);
}

} // namespace
} // namespace reeve::supervise
