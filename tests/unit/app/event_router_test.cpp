// SPDX-License-Identifier: Apache-2.0
// The way of events from whoever raises them to a plugin that receives them, over the real ABI and threads. The sink is
// in this program; what it does with a batch is what the test puts into `script`.
#include "event_router.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/event_sink.hpp"
#include "reeve/plugin_host/tables.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

namespace reeve::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using strings = std::vector<std::string>;

struct sink_script {
  std::mutex mutex;
  strings seen; // "seq source name message" of what was dealt with, and "flush"
  std::vector<std::size_t> batches;
  std::function<reeve_status(std::span<const reeve_event* const>, std::uint32_t&)> take; // null: all
  std::uint32_t min_severity = REEVE_TRACE;
  std::thread::id thread;

  strings have() {
    const std::scoped_lock lock(mutex);
    return seen;
  }
};
sink_script* script = nullptr;

class scripted_sink final : public sdk::sink_plugin {
 public:
  static constexpr sdk::description about{.id = "org.reeve.test.sink",
                                          .name = "sink",
                                          .version = "1.0",
                                          .vendor = "Reeve",
                                          .text = "Does as told",
                                          .license = "Apache-2.0",
                                          .provides = sdk::sink_plugin::ids};
  explicit scripted_sink(sdk::host h) : sink_plugin(h) {}
  void configure(sdk::config&, const sdk::call&) override { want(script->min_severity); }
  reeve_status on_events(const sdk::call&, std::span<const reeve_event* const> events,
                         std::uint32_t& done) override {
    done = static_cast<std::uint32_t>(events.size());
    const reeve_status status = script->take ? script->take(events, done) : REEVE_OK;
    const std::scoped_lock lock(script->mutex);
    script->thread = std::this_thread::get_id();
    script->batches.push_back(events.size());
    for (const reeve_event* e : events.first(done)) {
      std::string line =
          cat(e->seq, " ", sdk::view(e->source), " ", sdk::view(e->name), " ", sdk::view(e->message));
      for (std::uint32_t i = 0; i < e->n_fields; ++i)
        line += cat(" ", sdk::view(e->fields[i].key), "=", sdk::view(e->fields[i].v.str));
      script->seen.push_back(line);
    }
    return status;
  }
  void flush(const sdk::call&) override {
    const std::scoped_lock lock(script->mutex);
    script->seen.emplace_back("flush");
  }
};

class events_to_a_sink : public testing::Test {
 protected:
  events_to_a_sink()
      : log_(make_log()),
        tables_(system_clock()), services_{system_clock(), *log_, tables_,
                                           [](plugin_host::event&&) { return true; }, "9.9"},
        router_(loop_, system_clock(), *log_) {
    script = &script_;
  }
  ~events_to_a_sink() override { close(); }

  std::unique_ptr<logger> make_log() {
    log_options o;
    o.file = (folder_ / "log").string();
    return *logger::create(o);
  }
  std::unique_ptr<plugin_host::instance> make(const std::string& name) {
    plugin_host::instance_options o;
    o.name = name;
    o.control_deadline = 2s;
    auto made = plugin_host::instance::create(
        [] { return sdk::barrier::module<scripted_sink>()->plugins[0]; }, std::move(o), services_);
    if (!made) std::abort();
    std::promise<reeve_status> started;
    (*made)->prepare([](const auto&) {});
    (*made)->start([&](const plugin_host::outcome& out) { started.set_value(out.status); });
    EXPECT_EQ(started.get_future().get(), REEVE_OK);
    return *std::move(made);
  }
  void attach(nanoseconds deadline = 30s) {
    sink_ = make("sink");
    router_.attach("sink", *sink_, deadline);
  }
  plugin_host::outcome close() {
    plugin_host::outcome out;
    if (!sink_) return out;
    auto last = router_.remove("sink");
    const std::size_t offered = last.size();
    std::promise<plugin_host::outcome> closed;
    sink_->close([&](plugin_host::outcome o) { closed.set_value(std::move(o)); }, std::move(last));
    out = closed.get_future().get();
    router_.closed("sink", offered, out.taken);
    sink_.reset();
    return out;
  }
  void raise(const std::string& name, std::uint32_t severity = REEVE_INFO, const std::string& source = "p") {
    plugin_host::event e;
    e.severity = severity;
    e.id = 7;
    e.source = source;
    e.name = name;
    e.message = "it happened";
    e.fields = {{"pid", "12"}};
    router_.publish(std::move(e));
  }
  // Runs the loop until `holds`.
  template <class Predicate>
  bool run_until(Predicate&& holds) {
    return test::wait_until(
        [&] {
          loop_.restart();
          loop_.poll();
          return holds();
        },
        test::long_bound, 1ms);
  }
  sink_counters of_sink() { return router_.count().sinks["sink"]; }

  test::temp_dir folder_;
  std::unique_ptr<logger> log_;
  plugin_host::tables tables_;
  plugin_host::services services_;
  boost::asio::io_context loop_;
  sink_script script_;
  event_router router_;
  std::unique_ptr<plugin_host::instance> sink_;
};

TEST_F(events_to_a_sink, arrive_whole_in_order_and_on_the_sinks_thread) {
  attach();
  raise("a.b");
  router_.report(events::config_refused, {{"file", "f.toml"}, {"reason", "no\n"}});
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 2; }));
  EXPECT_THAT(
      script_.have(),
      ElementsAre("1 p a.b it happened pid=12",
                  "2 agent config.refused The configuration f.toml was refused and the former one stays in "
                  "force: no file=f.toml reason=no\n"));
  EXPECT_THAT(script_.batches, ElementsAre(2u)) << "what is raised together goes together";
  EXPECT_NE(script_.thread, std::this_thread::get_id());
  EXPECT_EQ(router_.count().raised["error"], 1u);
}

TEST_F(events_to_a_sink, wait_for_one_that_is_still_to_come) {
  router_.expect("sink");
  raise("early");
  attach();
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 1; }));
}

TEST_F(events_to_a_sink, of_its_own_do_not_come_back_to_it) {
  attach();
  raise("own", REEVE_INFO, "sink");
  raise("other");
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 1; }));
  EXPECT_THAT(script_.have(), ElementsAre(HasSubstr("other")));
}

TEST_F(events_to_a_sink, below_its_severity_are_not_sent) {
  script_.min_severity = REEVE_WARN;
  attach();
  raise("info");
  raise("warn", REEVE_WARN);
  raise("of a kind this header does not know", 77);
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 2; }));
  EXPECT_THAT(script_.have(), ElementsAre(HasSubstr("warn"), HasSubstr("of a kind")));
}

TEST_F(events_to_a_sink, come_again_when_it_says_so) {
  int calls = 0;
  script_.take = [&](std::span<const reeve_event* const>, std::uint32_t& done) -> reeve_status {
    if (++calls > 2) return REEVE_OK;
    done = calls == 1 ? 1 : 0;
    return REEVE_E_AGAIN;
  };
  attach();
  raise("one");
  raise("two");
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 2; }));
  EXPECT_THAT(script_.have(), ElementsAre(HasSubstr("one"), HasSubstr("two")));
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(of_sink().dropped(), 0u);
}

TEST_F(events_to_a_sink, that_throws_are_kept_a_while_and_the_trouble_is_told) {
  std::atomic<bool> bad = true;
  script_.take = [&](std::span<const reeve_event* const>, std::uint32_t& done) -> reeve_status {
    if (!bad) return REEVE_OK;
    done = 0;
    throw std::runtime_error("no disk");
  };
  attach();
  raise("one");
  ASSERT_TRUE(run_until([&] { return router_.count().raised["warn"] == 1; }));
  bad = false;
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 3; }));
  EXPECT_THAT(script_.have(), ElementsAre(HasSubstr("one"),
                                          HasSubstr("sink.failing The event sink sink fails; events "
                                                    "wait for it: no disk"),
                                          HasSubstr("sink.recovered")));
}

TEST_F(events_to_a_sink, that_hangs_wait_in_a_bounded_queue_and_nobody_else_waits) {
  std::promise<void> end;
  auto ended = end.get_future().share();
  script_.take = [ended](std::span<const reeve_event* const>, std::uint32_t&) -> reeve_status {
    ended.wait();
    return REEVE_OK;
  };
  attach(10ms);
  raise("hangs");
  ASSERT_TRUE(run_until([&] { return router_.count().raised["warn"] == 1; })) << "late";
  for (int i = 0; i < 5000; ++i)
    raise("more");
  EXPECT_EQ(router_.count().waiting["sink"], sink_queue::max_waiting);
  EXPECT_EQ(of_sink().dropped_full, 5000u + 1 - sink_queue::max_waiting); // 1: sink.failing
  end.set_value();
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 1 + sink_queue::max_waiting + 2; }));
  EXPECT_THAT(script_.have(), testing::Contains(HasSubstr("sink.lost_events")));
}

TEST_F(events_to_a_sink, that_claims_more_than_it_got_count_once) {
  script_.take = [](std::span<const reeve_event* const> events, std::uint32_t& done) -> reeve_status {
    done = static_cast<std::uint32_t>(events.size());
    return REEVE_E_AGAIN;
  };
  attach();
  raise("one");
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 1; }));
  EXPECT_EQ(of_sink().dropped(), 0u);
}

TEST_F(events_to_a_sink, that_wait_are_offered_a_last_time_before_the_flush) {
  script_.take = [](std::span<const reeve_event* const>, std::uint32_t& done) -> reeve_status {
    done = 0;
    return REEVE_E_AGAIN;
  };
  attach();
  raise("first");
  ASSERT_TRUE(run_until([&] { return router_.count().waiting["sink"] == 1 && !script_.batches.empty(); }));
  raise("last");
  script_.take = nullptr;
  close();
  EXPECT_THAT(script_.have(), ElementsAre(HasSubstr("first"), HasSubstr("last"), "flush"));
  EXPECT_EQ(of_sink().delivered, 2u);
}

TEST_F(events_to_a_sink, pass_to_the_next_instance_when_one_follows) {
  attach();
  raise("one");
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 1; }));
  router_.detach("sink");
  std::promise<void> closed;
  sink_->close([&](const auto&) { closed.set_value(); });
  closed.get_future().wait();
  raise("two");
  attach();
  ASSERT_TRUE(run_until([&] { return of_sink().delivered == 2; }));
  EXPECT_THAT(script_.have(), ElementsAre(HasSubstr("one"), "flush", HasSubstr("two")));
  EXPECT_EQ(of_sink().dropped(), 0u);
}

} // namespace
} // namespace reeve::app
