// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace reeve::plugin_host {
namespace {

TEST(worker, runs_jobs_in_order_on_one_thread) {
  auto made = worker::create();
  ASSERT_TRUE(made);
  std::vector<int> order;
  std::thread::id first, last;
  std::promise<void> end;
  made->submit([&] {
    order.push_back(1);
    first = std::this_thread::get_id();
  });
  made->submit([&] {
    order.push_back(2);
    last = std::this_thread::get_id();
    end.set_value();
  });
  end.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
  EXPECT_EQ(first, last);
  EXPECT_NE(first, std::this_thread::get_id());
}

TEST(worker, refuses_more_than_eight_that_wait) {
  auto made = worker::create();
  ASSERT_TRUE(made);
  std::promise<void> release, entered, drained;
  made->submit([&, gate = release.get_future().share()] {
    entered.set_value();
    gate.wait();
  });
  entered.get_future().wait();
  for (int i = 0; i < 7; ++i)
    EXPECT_TRUE(made->submit([] {}));
  EXPECT_TRUE(made->submit([&] { drained.set_value(); }));
  EXPECT_FALSE(made->submit([] {}));
  release.set_value();
  drained.get_future().wait();
}

TEST(worker, one_that_is_busy_is_given_up_and_counted) {
  const unsigned before = worker::abandoned();
  auto release = std::make_shared<std::promise<void>>();
  std::promise<void> entered, left;
  {
    auto made = worker::create();
    ASSERT_TRUE(made);
    made->submit([&, gate = release->get_future().share()] {
      entered.set_value();
      gate.wait();
      left.set_value();
    });
    entered.get_future().wait();
  } // does not wait
  EXPECT_EQ(worker::abandoned(), before + 1);
  release->set_value();
  left.get_future().wait(); // the thread lives on until its job returns
}

TEST(worker, one_whose_job_is_returning_is_waited_for) {
  const unsigned before = worker::abandoned();
  std::promise<void> told, release;
  bool ended = false;
  std::thread releaser;
  {
    auto made = worker::create();
    ASSERT_TRUE(made);
    made->submit([&, returning = made->returning(), gate = release.get_future().share()] {
      returning();
      told.set_value();
      gate.wait();
      ended = true;
    });
    told.get_future().wait();
    releaser = std::thread([&] { release.set_value(); });
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(worker::abandoned(), before);
  releaser.join();
}

} // namespace
} // namespace reeve::plugin_host
