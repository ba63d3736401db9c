// SPDX-License-Identifier: Apache-2.0
// The life of a plugin: which calls it gets, in which order and until when, and what becomes of their outcome.
#include "instance_fixture.hpp"

#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace reeve::plugin_host {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// Emits one gauge without labels.
reeve_status emit_one(const sdk::host& h, const sdk::call& c, double value) {
  const std::uint32_t family = h.family(c, sdk::kind::gauge, "one", "A number.");
  sdk::emitter out(h, c);
  out.sample(family, {}, value);
  return out.flush();
}

TEST_F(life, goes_its_way_in_order_on_one_thread) {
  auto i = running();
  sample(*i);
  sample(*i);
  EXPECT_EQ(close(*i).status, REEVE_OK);
  i.reset();
  EXPECT_THAT(script.calls,
              ElementsAre("create", "configure", "start", "sample", "sample", "stop", "destroy"));
  EXPECT_EQ(script.threads.size(), 1u);
  EXPECT_FALSE(script.threads.contains(std::this_thread::get_id()));
}

TEST_F(life, without_a_start_there_is_no_stop) {
  auto i = make();
  prepare(*i);
  close(*i);
  EXPECT_THAT(script.calls, ElementsAre("create", "configure", "destroy"));
}

TEST_F(life, what_was_never_made_is_not_taken_down) {
  script.create_fails = true;
  auto i = make();
  const outcome out = prepare(*i);
  EXPECT_EQ(out.status, REEVE_E_NOMEM);
  EXPECT_EQ(out.error, "no room for it");
  EXPECT_EQ(start(*i).status, REEVE_E_STATE);
  close(*i);
  EXPECT_THAT(script.calls, ElementsAre("create"));
}

TEST_F(life, a_failed_start_is_followed_by_destroy_alone) {
  script.start = [](const auto&, const auto&) { throw std::runtime_error("no such device"); };
  auto i = make();
  prepare(*i);
  const outcome out = start(*i);
  EXPECT_EQ(out.status, REEVE_E_FAIL);
  EXPECT_EQ(out.error, "no such device");
  EXPECT_EQ(sample(*i).error, "it is not started");
  close(*i);
  EXPECT_THAT(script.calls, ElementsAre("create", "configure", "start", "destroy"));
}

TEST_F(life, a_missing_extension_refuses_before_create) {
  static const char* const needs[] = {"reeve.process-table/1", "org.example.warp/3", nullptr};
  reeve_plugin_desc plugin = *scripted_plugin();
  plugin.needs = needs;
  auto i = make({}, &plugin);
  const outcome out = prepare(*i);
  EXPECT_EQ(out.status, REEVE_E_UNSUPPORTED);
  EXPECT_THAT(out.error, HasSubstr("org.example.warp/3"));
  EXPECT_THAT(script.calls, ElementsAre());
}

TEST_F(life, a_plugin_that_does_not_sample_says_so) {
  reeve_plugin_ops ops = *scripted_plugin()->ops;
  ops.sample = nullptr;
  reeve_plugin_desc plugin = *scripted_plugin();
  plugin.ops = &ops;
  auto i = make({}, &plugin);
  prepare(*i);
  start(*i);
  EXPECT_EQ(sample(*i).error, "it has no sample()");
  close(*i);
}

TEST_F(life, an_older_plugin_with_shorter_tables_works) {
  struct { // what a header without the last member would have laid out
    reeve_plugin_ops ops;
  } old{*scripted_plugin()->ops};
  old.ops.struct_size = offsetof(reeve_plugin_ops, get_extension);
  reeve_plugin_desc plugin = *scripted_plugin();
  plugin.struct_size = offsetof(reeve_plugin_desc, default_interval_ns);
  plugin.ops = &old.ops;
  auto i = make({}, &plugin);
  EXPECT_EQ(prepare(*i).status, REEVE_OK);
  EXPECT_EQ(start(*i).status, REEVE_OK);
  close(*i);
}

value_node::table one_key(const char* key, std::int64_t value) {
  value_node::member m;
  m.key = key;
  m.key_where = {"f.toml", 3, 1};
  m.value.value = value;
  m.value.where = {"f.toml", 3, 8};
  return {m};
}

TEST_F(life, a_key_that_configure_did_not_ask_for_fails_it) {
  auto i = make(one_key("sise", 1));
  script.configure = [](sdk::config& c) { c.integer_or("size", 0, 0, 10); };
  const outcome out = prepare(*i);
  EXPECT_EQ(out.status, REEVE_E_ARG);
  ASSERT_EQ(out.problems.size(), 1u);
  EXPECT_EQ(out.problems[0].where.line, 3u);
  EXPECT_THAT(out.problems[0].hint, HasSubstr("size"));
  close(*i);
}

TEST_F(life, all_that_configure_rejects_is_told) {
  auto i = make(one_key("size", 11));
  script.configure = [](sdk::config& c) {
    c.integer_or("size", 0, 0, 10);
    c.reject("colour", "is missing");
  };
  const outcome out = prepare(*i);
  EXPECT_EQ(out.status, REEVE_E_ARG);
  ASSERT_EQ(out.problems.size(), 2u);
  EXPECT_THAT(out.problems[0].message, HasSubstr("out of range"));
  EXPECT_EQ(out.problems[0].where.column, 8u);
  close(*i);
}

TEST_F(life, a_good_sample_is_published_whole) {
  auto i = running();
  script.sample = [](const auto& h, const auto& c) { return emit_one(h, c, 2.5); };
  const outcome out = sample(*i);
  EXPECT_EQ(out.status, REEVE_OK);
  ASSERT_TRUE(out.published);
  EXPECT_THAT(out.published->values, ElementsAre(2.5));
  EXPECT_EQ(out.published->cycle, 7u);
  EXPECT_EQ(out.published->mono_time, time_.mono());
  EXPECT_EQ(out.live_series, 1u);
  EXPECT_EQ(out.counters.samples_total, 1u);
  close(*i);
}

TEST_F(life, a_failed_sample_publishes_nothing_and_leaves_nothing_behind) {
  auto i = running();
  script.sample = [](const auto& h, const auto& c) -> reeve_status {
    emit_one(h, c, 1);
    throw sdk::failure("half way", REEVE_E_NOT_FOUND);
  };
  const outcome failed = sample(*i);
  EXPECT_EQ(failed.status, REEVE_E_NOT_FOUND);
  EXPECT_EQ(failed.error, "half way");
  EXPECT_FALSE(failed.published);
  script.sample = nullptr;
  const outcome empty = sample(*i);
  ASSERT_TRUE(empty.published);
  EXPECT_THAT(empty.published->values, ElementsAre());
  close(*i);
}

TEST_F(life, exceptions_of_any_kind_become_an_error) {
  auto i = running();
  script.sample = [](const auto&, const auto&) -> reeve_status { throw 42; };
  EXPECT_THAT(sample(*i).error, HasSubstr("not a std::exception"));
  script.sample = [](const auto&, const auto&) -> reeve_status { throw std::bad_alloc(); };
  EXPECT_EQ(sample(*i).status, REEVE_E_NOMEM);
  close(*i);
}

TEST_F(life, an_error_without_words_is_named_by_its_number) {
  auto i = running();
  script.sample = [](const auto&, const auto&) -> reeve_status { return REEVE_E_DENIED; };
  EXPECT_EQ(sample(*i).error, "sample() returned -9");
  close(*i);
}

TEST_F(life, the_deadline_is_told_by_poll_and_by_emit) {
  auto i = running();
  reeve_status before = 99, after = 99, emitted = 99;
  script.sample = [&](const sdk::host& h, const sdk::call& c) {
    before = c.carry_on() ? REEVE_OK : REEVE_E_CANCELLED;
    time_.advance(1s + 1ns);
    after = c.carry_on() ? REEVE_OK : REEVE_E_CANCELLED;
    reeve_batch b{};
    b.struct_size = sizeof b;
    emitted = h.emit(c, b);
    return REEVE_E_CANCELLED;
  };
  EXPECT_FALSE(sample(*i).published);
  EXPECT_EQ(before, REEVE_OK);
  EXPECT_EQ(after, REEVE_E_CANCELLED);
  EXPECT_EQ(emitted, REEVE_E_CANCELLED);
  close(*i);
}

TEST_F(life, close_cancels_the_running_call_and_gives_stop_its_own_time) {
  auto i = running();
  std::promise<void> entered;
  script.sample = [&](const auto&, const sdk::call& c) {
    entered.set_value();
    while (c.carry_on())
      std::this_thread::yield();
    return REEVE_E_CANCELLED;
  };
  bool stop_may_work = false;
  script.stop = [&](const auto&, const sdk::call& c) { stop_may_work = c.carry_on(); };
  i->sample(now(), [](const outcome&) {});
  entered.get_future().wait();
  EXPECT_EQ(close(*i).status, REEVE_OK);
  EXPECT_TRUE(stop_may_work);
  EXPECT_THAT(script.calls, ElementsAre("create", "configure", "start", "sample", "stop", "destroy"));
}

TEST_F(life, one_that_is_stuck_is_given_up_and_keeps_what_it_uses) {
  auto i = running();
  std::promise<void> entered, release;
  std::promise<outcome> answered;
  std::promise<void> destroyed; // the last that its thread does with what the test owns
  script.destroyed = [&] { destroyed.set_value(); };
  script.sample = [&, gate = release.get_future().share()](const sdk::host& h, const sdk::call& c) {
    entered.set_value();
    gate.wait();
    return emit_one(h, c, 1); // the host's functions still work
  };
  i->sample(now(), [&](outcome out) { answered.set_value(std::move(out)); });
  entered.get_future().wait();
  i.reset();
  release.set_value();
  EXPECT_EQ(answered.get_future().get().status, REEVE_E_CANCELLED) << "its batch is refused";
  destroyed.get_future().wait();
}

TEST_F(life, one_that_has_answered_is_waited_for) {
  auto i = make();
  std::promise<void> told, release;
  bool returned = false;
  i->prepare([&, gate = release.get_future().share()](const outcome&) {
    told.set_value();
    gate.wait();
    returned = true;
  });
  told.get_future().wait();
  std::thread releaser([&] { release.set_value(); });
  i.reset(); // or its thread would use the services of this test after their end
  EXPECT_TRUE(returned);
  releaser.join();
}

TEST_F(life, too_many_requests_are_refused_and_not_queued) {
  auto i = running();
  std::promise<void> entered, release;
  script.sample = [&, gate = release.get_future().share()](const auto&, const auto&) -> reeve_status {
    if (script.calls.size() == 4) entered.set_value();
    gate.wait();
    return REEVE_OK;
  };
  std::atomic<int> refused{0}, ran{0};
  const auto count = [&](const outcome& out) { ++(out.status == REEVE_E_AGAIN ? refused : ran); };
  i->sample(now(), count);
  entered.get_future().wait();
  for (int n = 0; n < 10; ++n)
    i->sample(now(), count);
  EXPECT_EQ(refused, 2);
  release.set_value();
  EXPECT_TRUE(test::wait_until([&] { return ran == 9; }, 30s));
  close(*i);
}

} // namespace
} // namespace reeve::plugin_host
