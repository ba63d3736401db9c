// SPDX-License-Identifier: Apache-2.0
// What the loop says to the service manager, and what it does not say when it hangs.
#include "service_bridge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <thread>

namespace reeve::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class recording_host final : public os::service_host {
 public:
  nanoseconds ping_interval() const noexcept override { return interval; }
  void take_requests(std::function<void(os::service_request)> taker) override { ask = std::move(taker); }
  void ready() override { said.emplace_back("ready"); }
  void reloading() override { said.emplace_back("reloading"); }
  void ping() override { ++pings; }
  void status(std::string_view line) override { said.push_back("status: " + std::string(line)); }
  void stopping(nanoseconds more) override {
    said.emplace_back("stopping");
    EXPECT_GT(more, 1s) << "longer than until it is asked for again";
  }
  void stopped(int status) override { said.push_back("stopped " + std::to_string(status)); }

  nanoseconds interval{};
  std::function<void(os::service_request)> ask;
  std::vector<std::string> said;
  int pings = 0;
};

class bridge_to_the_manager : public testing::Test {
 protected:
  service_bridge make() {
    return {loop_, host_, [this](std::string_view why) { stops_.emplace_back(why); }, [this] { ++reloads_; }};
  }

  // Until the loop has pinged that often, or a bound that only a loop that does not ping exceeds.
  void run_until_pings(int count) {
    for (int i = 0; i < 1000 && host_.pings < count; ++i)
      loop_.run_one_for(100ms);
    EXPECT_GE(host_.pings, count);
  }

  boost::asio::io_context loop_{1};
  recording_host host_;
  std::vector<std::string> stops_;
  int reloads_ = 0;
};

TEST_F(bridge_to_the_manager, tells_of_a_life_in_its_order) {
  service_bridge bridge = make();
  bridge.ready();
  bridge.reloading();
  bridge.reloaded(true);
  bridge.stopping("signal 15");
  bridge.reloading();
  bridge.reloaded(false);
  bridge.stopped(0);
  EXPECT_THAT(host_.said, ElementsAre("ready", "status: serving", "reloading", "ready", "status: serving",
                                      "status: stopping: signal 15", "stopping", "stopped 0"));
}

TEST_F(bridge_to_the_manager, says_when_a_reload_was_refused) {
  service_bridge bridge = make();
  bridge.reloading();
  bridge.reloaded(false);
  EXPECT_THAT(host_.said, ElementsAre("reloading", "ready", testing::HasSubstr("refused")));
}

TEST_F(bridge_to_the_manager, hands_requests_to_the_loop) {
  service_bridge bridge = make();
  std::thread([this] {
    host_.ask(os::service_request::reload);
    host_.ask(os::service_request::stop);
  }).join();
  EXPECT_EQ(reloads_, 0) << "not on the manager's thread";
  loop_.poll();
  EXPECT_EQ(reloads_, 1);
  EXPECT_THAT(stops_, ElementsAre("asked by the service manager"));
}

TEST_F(bridge_to_the_manager, takes_no_request_when_it_is_gone) {
  { service_bridge bridge = make(); }
  EXPECT_FALSE(host_.ask);
}

TEST_F(bridge_to_the_manager, pings_only_when_it_is_ready_and_wanted) {
  service_bridge bridge = make();
  bridge.ready();
  loop_.poll();
  EXPECT_EQ(host_.pings, 0) << "nobody watches";
  loop_.restart();
  host_.interval = 1ms;
  bridge.ready();
  run_until_pings(3);
}

TEST_F(bridge_to_the_manager, a_loop_that_hangs_is_missed) {
  host_.interval = 5ms;
  service_bridge bridge = make();
  bridge.ready();
  run_until_pings(2);
  int while_it_hung = -1;
  boost::asio::post(loop_, [&] {
    const int before = host_.pings;
    std::this_thread::sleep_for(50ms); // ten times what the manager waits for
    while_it_hung = host_.pings - before;
  });
  const int before_all = host_.pings;
  run_until_pings(before_all + 2);
  EXPECT_EQ(while_it_hung, 0);
}

} // namespace
} // namespace reeve::app
