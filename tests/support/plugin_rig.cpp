// SPDX-License-Identifier: Apache-2.0
#include "tests/support/plugin_rig.hpp"

#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/plugin_host/module.hpp"

namespace reeve::test {

using plugin_host::instance;
using plugin_host::outcome;

value_node options(std::initializer_list<std::pair<const char*, value_node>> members) {
  value_node::table table;
  for (const auto& [key, value] : members) {
    value_node::member& added = table.emplace_back();
    added.key = key;
    added.value = value;
  }
  value_node out;
  out.value = std::move(table);
  return out;
}

plugin_rig::plugin_rig(std::string name, std::unique_ptr<logger> log, plugin_host::tables::makers make)
    : name_(std::move(name)), log_(std::move(log)),
      tables_(time_, std::move(make)), services_{time_, *log_, tables_,
                                                 [](plugin_host::event&&) { return true; }, "test"} {}

plugin_rig::~plugin_rig() {
  if (!instance_) return;
  instance_->close(answer());
  wait();
}

result<std::unique_ptr<plugin_rig>> plugin_rig::start(const std::string& name, value_node table_of_options,
                                                      plugin_host::tables::makers make) {
  log_options quiet;
  quiet.level = log_level::error;
  auto log = logger::create(quiet);
  if (!log) return log.error();
  std::unique_ptr<plugin_rig> rig(new plugin_rig(name, *std::move(log), std::move(make)));

  plugin_host::instance_options how;
  how.name = name;
  how.options = std::move(table_of_options);
  auto made = instance::create(
      [name]() -> result<const reeve_plugin_desc*> {
        const auto loaded = plugin_host::load_module(plugin_host::library_path(REEVE_TEST_PLUGIN_DIR, name));
        if (!loaded) return loaded.error();
        return (*loaded)->find(name);
      },
      std::move(how), rig->services_);
  if (!made) return made.error();
  rig->instance_ = *std::move(made);

  for (const auto step : {&instance::prepare, &instance::start}) {
    (rig->instance_.get()->*step)(rig->answer());
    const outcome out = rig->wait();
    if (out.status >= 0) continue;
    std::string why = out.error;
    for (const diagnostic& d : out.problems)
      why += cat("; ", d.message);
    return error{errc::failed, cat(name, ": ", why)};
  }
  return rig;
}

instance::done plugin_rig::answer() {
  return [this](outcome out) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(out);
    answered_.notify_one();
  };
}

outcome plugin_rig::wait() {
  std::unique_lock lock(mutex_);
  if (answered_.wait_for(lock, long_bound, [this] { return answer_.has_value(); })) {
    outcome out = *std::move(answer_);
    answer_.reset();
    return out;
  }
  outcome hung;
  hung.status = REEVE_E_AGAIN;
  hung.error = "the plugin did not answer";
  return hung;
}

outcome plugin_rig::tick() {
  time_.advance(interval);
  plugin_host::tick t;
  t.cycle = ++cycle_;
  t.scheduled_mono = time_.mono();
  t.scheduled_unix = time_.unix_time();
  t.interval = interval;
  t.deadline_mono = time_.mono() + interval / 2;
  instance_->sample(t, answer());
  outcome out = wait();
  if (out.published) board_.publish(name_, out.published);
  return out;
}

} // namespace reeve::test
