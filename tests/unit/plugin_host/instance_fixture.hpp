// SPDX-License-Identifier: Apache-2.0
// A plugin that is in the test program and does in each call what the test puts into `script`, and a host for it.
#pragma once

#include "reeve/plugin_host/instance.hpp"

#include "fake_clock.hpp"

#include "reeve/plugin.hpp"
#include "reeve/plugin_host/tables.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace reeve::plugin_host {

struct plugin_script {
  std::function<void(sdk::config&)> configure;
  std::function<void(const sdk::host&, const sdk::call&)> start, stop;
  std::function<reeve_status(const sdk::host&, const sdk::call&)> sample;
  std::function<void()> destroyed;
  bool create_fails = false;
  std::vector<std::string> calls; // written by the plugin's thread, read when it is at rest
  std::set<std::thread::id> threads;
};
inline plugin_script script;

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

inline const reeve_plugin_desc* scripted_plugin() {
  return sdk::barrier::module<scripted>()->plugins[0];
}

class life : public ::testing::Test {
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
    if (future.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
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
    t.deadline_mono = time_.mono() + std::chrono::seconds(1);
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

} // namespace reeve::plugin_host
