// SPDX-License-Identifier: Apache-2.0
// The life of a plugin, seen from both sides of the ABI. The plugin is in this program; what it does in each
// call is what the test puts into `script`.
#include "reeve/plugin_host/instance.hpp"

#include "fake_clock.hpp"

#include "reeve/plugin.hpp"
#include "reeve/plugin_host/tables.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <set>
#include <thread>

namespace reeve::plugin_host {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using strings = std::vector<std::string>;

struct plugin_script {
  std::function<void(sdk::config&)> configure;
  std::function<void(const sdk::host&, const sdk::call&)> start, stop;
  std::function<reeve_status(const sdk::host&, const sdk::call&)> sample;
  std::function<void()> destroyed;
  bool create_fails = false;
  strings calls; // written by the plugin's thread, read when it is at rest
  std::set<std::thread::id> threads;
};
plugin_script script;

class scripted : public sdk::plugin {
 public:
  static constexpr sdk::description about{
      "org.reeve.test.scripted", "scripted", "1.0", "Reeve", "Does as told", "Apache-2.0"};

  explicit scripted(sdk::host h) : plugin(h) {
    note("create");
    if (script.create_fails) throw sdk::failure("no room for it", REEVE_E_NOMEM);
  }
  ~scripted() override {
    note("destroy");
    if (const auto last = std::move(script.destroyed))
      last(); // whoever hears of it may use the script at once
  }
  void configure(sdk::config& c, const sdk::call&) override {
    note("configure");
    if (script.configure) script.configure(c);
  }
  void start(const sdk::call& c) override {
    note("start");
    if (script.start) script.start(the_host(), c);
  }
  reeve_status sample(const sdk::call& c) override {
    note("sample");
    return script.sample ? script.sample(the_host(), c) : REEVE_OK;
  }
  void stop(const sdk::call& c) override {
    note("stop");
    if (script.stop) script.stop(the_host(), c);
  }

 private:
  static void note(const char* call) {
    script.calls.emplace_back(call);
    script.threads.insert(std::this_thread::get_id());
  }
};

const reeve_plugin_desc* scripted_plugin() {
  return sdk::barrier::module<scripted>()->plugins[0];
}

class life : public testing::Test {
 protected:
  life()
      : tables_(time_), log_(make_log()), services_{time_, *log_, tables_,
                                                    [this](event&& e) {
                                                      events_.push_back(std::move(e));
                                                      return events_.size() <= 2;
                                                    },
                                                    "9.9"} {
    script = {};
  }
  std::unique_ptr<logger> make_log() {
    log_options o;
    o.file = (folder_ / "log").string();
    return *logger::create(o);
  }
  std::unique_ptr<instance> make(value_node::table options = {},
                                 const reeve_plugin_desc* plugin = scripted_plugin()) {
    instance_options o;
    o.name = "p";
    o.options.value = std::move(options);
    auto made = instance::create([plugin] { return plugin; }, std::move(o), services_);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  // Waits for the answer.
  template <class Request>
  static outcome ask(Request&& request) {
    auto answer = std::make_shared<std::promise<outcome>>();
    auto future = answer->get_future();
    request([answer](outcome out) { answer->set_value(std::move(out)); });
    if (future.wait_for(30s) != std::future_status::ready) {
      ADD_FAILURE() << "no answer";
      std::abort();
    }
    return future.get();
  }
  static outcome prepare(instance& i) {
    return ask([&](instance::done d) { i.prepare(std::move(d)); });
  }
  static outcome start(instance& i) {
    return ask([&](instance::done d) { i.start(std::move(d)); });
  }
  static outcome close(instance& i) {
    return ask([&](instance::done d) { i.close(std::move(d)); });
  }
  tick now() const {
    tick t;
    t.cycle = 7;
    t.scheduled_mono = time_.mono();
    t.deadline_mono = time_.mono() + 1s;
    return t;
  }
  outcome sample(instance& i) const {
    return ask([&](instance::done d) { i.sample(now(), std::move(d)); });
  }
  std::unique_ptr<instance> running(value_node::table options = {}) {
    auto i = make(std::move(options));
    EXPECT_EQ(prepare(*i).status, REEVE_OK);
    EXPECT_EQ(start(*i).status, REEVE_OK);
    return i;
  }
  std::string log() {
    log_->flush();
    return test::read_file(folder_ / "log");
  }

  test::temp_dir folder_;
  test::fake_clock time_;
  tables tables_;
  std::unique_ptr<logger> log_;
  std::vector<event> events_;
  services services_;
};

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

// ---- what the host refuses

TEST_F(life, emit_belongs_to_sample_alone) {
  reeve_status in_start = 99;
  script.start = [&](const sdk::host& h, const sdk::call& c) {
    reeve_batch b{};
    b.struct_size = sizeof b;
    in_start = h.emit(c, b);
  };
  auto i = running();
  EXPECT_EQ(in_start, REEVE_E_STATE);
  close(*i);
}

TEST_F(life, a_call_that_is_over_or_was_made_up_is_refused) {
  auto i = running();
  reeve_call kept{};
  script.sample = [&](const sdk::host& h, const sdk::call& c) {
    kept = *c.raw();
    std::uint32_t id = 0;
    reeve_family f{};
    f.struct_size = sizeof f;
    EXPECT_EQ(h.raw()->poll(h.raw(), &kept), REEVE_E_STATE);
    EXPECT_EQ(h.raw()->poll(h.raw(), nullptr), REEVE_E_STATE);
    EXPECT_EQ(h.raw()->family(h.raw(), &kept, &f, &id), REEVE_E_STATE);
    return REEVE_OK;
  };
  EXPECT_EQ(sample(*i).status, REEVE_OK);
  close(*i);
}

TEST_F(life, wrong_arguments_are_refused_one_by_one) {
  auto i = running();
  script.sample = [&](const sdk::host& h, const sdk::call& c) {
    const reeve_host* r = h.raw();
    std::uint32_t id = 0;
    EXPECT_EQ(r->family(r, c.raw(), nullptr, &id), REEVE_E_ARG);
    reeve_family f{};
    f.struct_size = offsetof(reeve_family, n_label_keys); // shorter than the first version
    EXPECT_EQ(r->family(r, c.raw(), &f, &id), REEVE_E_ARG);

    const std::uint32_t family = h.family(c, sdk::kind::gauge, "labelled", "x", {"key"});
    EXPECT_THROW(h.family(c, sdk::kind::counter, "labelled", "x", {"key"}), sdk::failure); // another schema
    std::uint64_t series = 0;
    EXPECT_EQ(r->series(r, c.raw(), 4711, nullptr, &series), REEVE_E_ARG);
    EXPECT_EQ(r->series(r, c.raw(), family, nullptr, &series), REEVE_E_ARG);
    EXPECT_EQ(series, 0u);

    const reeve_point point{0, 1};
    reeve_batch b{};
    b.struct_size = sizeof b;
    b.points = &point;
    b.n_points = 1;
    b.point_stride = sizeof point;
    EXPECT_EQ(h.emit(c, b), REEVE_PARTIAL); // handle 0 is never issued
    b.point_stride = sizeof point - 8;
    EXPECT_EQ(h.emit(c, b), REEVE_E_ARG);
    b.points = nullptr;
    b.point_stride = sizeof point;
    EXPECT_EQ(h.emit(c, b), REEVE_E_ARG);
    b = {};
    b.struct_size = sizeof b;
    const reeve_sample unlabelled{1, nullptr, family, 0}, unknown{1, nullptr, 4711, 0};
    b.sample_stride = sizeof unlabelled;
    b.n_samples = 1;
    b.samples = &unlabelled;
    EXPECT_EQ(h.emit(c, b), REEVE_PARTIAL);
    b.samples = &unknown;
    EXPECT_EQ(h.emit(c, b), REEVE_PARTIAL);
    b.struct_size = 8;
    EXPECT_EQ(h.emit(c, b), REEVE_E_ARG);
    EXPECT_EQ(r->emit(r, c.raw(), nullptr), REEVE_E_ARG);
    EXPECT_EQ(r->get_extension(r, "org.example.warp/3"), nullptr);
    EXPECT_EQ(r->get_extension(r, nullptr), nullptr);
    return REEVE_OK;
  };
  EXPECT_EQ(sample(*i).status, REEVE_OK);
  close(*i);
}

TEST_F(life, a_wider_element_of_a_newer_header_is_stepped_over) {
  auto i = running();
  script.sample = [](const sdk::host& h, const sdk::call& c) {
    struct wide {
      reeve_sample sample;
      std::uint64_t later;
    };
    const std::uint32_t family = h.family(c, sdk::kind::gauge, "wide", "x", {"n"});
    const reeve_label labels[] = {sdk::label("a"), sdk::label("b")};
    const wide samples[] = {{{1, &labels[0], family, 0}, 9}, {{2, &labels[1], family, 0}, 9}};
    reeve_batch b{};
    b.struct_size = sizeof b;
    b.samples = &samples[0].sample;
    b.n_samples = 2;
    b.sample_stride = sizeof(wide);
    return h.emit(c, b);
  };
  const outcome out = sample(*i);
  EXPECT_EQ(out.status, REEVE_OK);
  EXPECT_THAT(out.published->values, ElementsAre(1, 2));
  close(*i);
}

TEST_F(life, an_illegal_family_is_named_in_the_log) {
  auto i = running();
  script.sample = [](const sdk::host& h, const sdk::call& c) {
    h.family(c, sdk::kind::gauge, "not legal", "x");
    return REEVE_OK;
  };
  EXPECT_EQ(sample(*i).status, REEVE_E_ARG);
  EXPECT_THAT(log(), HasSubstr("not legal"));
  close(*i);
}

TEST_F(life, events_are_copied_cleaned_and_bounded) {
  auto i = running();
  std::vector<reeve_status> answers;
  script.sample = [&](const sdk::host& h, const sdk::call&) {
    for (int n = 0; n < 3; ++n) {
      std::string text = "line\xff";
      reeve_field field{};
      field.key = sdk::str("count");
      field.vtype = REEVE_T_U64;
      field.v.u64 = 12;
      reeve_event e{};
      e.struct_size = sizeof e;
      e.severity = REEVE_WARN;
      e.name = sdk::str("thing.happened");
      e.message = sdk::str(text);
      e.fields = &field;
      e.n_fields = 1;
      e.field_stride = sizeof field;
      answers.push_back(h.event(e));
      text.assign(text.size(), '!'); // it was copied
    }
    return REEVE_OK;
  };
  sample(*i);
  EXPECT_THAT(answers, ElementsAre(REEVE_OK, REEVE_OK, REEVE_E_AGAIN));
  EXPECT_EQ(events_[0].source, "p");
  EXPECT_EQ(events_[0].message, "line\xEF\xBF\xBD");
  EXPECT_EQ(events_[0].unix_time, time_.unix_time());
  EXPECT_THAT(events_[0].fields, ElementsAre(std::pair<std::string, std::string>("count", "12")));
  close(*i);
}

TEST_F(life, what_the_plugin_logs_carries_its_name) {
  script.start = [](const sdk::host& h, const sdk::call&) {
    h.log(REEVE_WARN, "something\nodd");
    h.log(REEVE_TRACE, "not kept");
    EXPECT_EQ(h.raw()->log_level(h.raw()), static_cast<std::uint32_t>(REEVE_INFO));
    EXPECT_STREQ(h.raw()->agent_version, "9.9");
  };
  auto i = running();
  close(*i);
  EXPECT_THAT(log(), HasSubstr("WARN  p: something\\nodd"));
  EXPECT_THAT(log(), testing::Not(HasSubstr("not kept")));
}

} // namespace
} // namespace reeve::plugin_host
