// SPDX-License-Identifier: Apache-2.0
// An engine with a machine that a test makes up.
#pragma once

#include "audit_files.hpp"

#include "reeve/remedy/engine.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reeve::remedy {

using namespace std::chrono_literals;

// Knows the targets that it is given, and does nothing but note what it is told.
class fake_machine final : public actuator {
 public:
  result<target> resolve(std::string_view text, const rules::label_list&) override {
    const auto found = targets.find(text);
    if (while_it_looks) while_it_looks();
    if (found == targets.end()) return error{errc::not_found, cat("nothing is ", text), 0};
    return found->second;
  }
  void begin(const action_request& request, std::function<void(result<>)> done) override {
    begun.push_back(request);
    if (ends_at_once)
      done(ends_at_once->has_value() ? result<>() : ends_at_once->error());
    else
      open[request.id] = std::move(done);
  }
  void cancel(std::uint64_t id) override { cancelled.push_back(id); }
  target_health health_of(const target&) override { return health; }
  bool is_shutting_down() override { return shuts_down; }
  process_id self() override { return {100, 1}; }
  std::vector<process_id> ancestors() override { return {{50, 1}}; }
  std::string user() override { return "reeve"; }

  void end(std::uint64_t id, const result<>& how = {}) {
    auto done = open.at(id);
    open.erase(id);
    done(how);
  }
  void end_all() {
    while (!open.empty())
      end(open.begin()->first);
  }

  std::map<std::string, target, std::less<>> targets;
  std::vector<action_request> begun;
  std::vector<std::uint64_t> cancelled;
  std::map<std::uint64_t, std::function<void(result<>)>> open;
  std::optional<result<>> ends_at_once = result<>();
  target_health health = target_health::healthy;
  bool shuts_down = false;
  std::function<void()> while_it_looks;
};

inline config::step_settings step(std::string action, std::string target_text = "",
                                  nanoseconds settle = 1min) {
  config::step_settings out;
  out.action = std::move(action);
  out.target = std::move(target_text);
  out.settle = settle;
  return out;
}

inline external_alert alert_of(std::string fingerprint, bool is_firing = true) {
  external_alert a;
  a.mapping = "from-prometheus";
  a.fingerprint = std::move(fingerprint);
  a.starts_at = 1'794'999'000s;
  a.labels = {{"alertname", "Leak"}};
  a.is_firing = is_firing;
  return a;
}

class engine_test : public testing::Test {
 protected:
  static constexpr nanoseconds no_cooldown{0};

  void SetUp() override {
    add_process("web", {12, 345});
    log = folder.open().value();
    make();
  }
  void make() {
    e = std::make_unique<engine>(folder.time, machine, "linux",
                                 [this](const remedy_event& event) { events.push_back(event); });
    e->use_audit_log(log.get());
  }
  // A rule that acts. `change` may make another one of it.
  void rule(std::string name, std::vector<config::step_settings> steps, nanoseconds cooldown = 5min) {
    response r;
    r.name = std::move(name);
    r.settings.steps = std::move(steps);
    r.settings.mode = "act";
    r.settings.cooldown = cooldown;
    settings.responses.push_back(std::move(r));
    e->apply(settings);
  }
  void add_process(const std::string& name, process_id id) {
    target t{target_kind::process, name, id, name, "reeve", false, cat("process ", id.pid, " (", name, ")")};
    machine.targets.insert_or_assign(cat("process:", name), t);
  }
  void add_bare(const std::string& text, target_kind kind, process_id id, std::string program = "java",
                std::string user = "reeve") {
    machine.targets.insert_or_assign(text,
                                     target{kind, text.substr(text.find(':') + 1), id, std::move(program),
                                            std::move(user), false, cat("process ", id.pid)});
  }
  void change(const std::string& name, rules::alert_change::kind what, rules::label_list labels = {}) {
    rules::alert_change c;
    c.what = what;
    c.who.rule = name;
    c.who.labels = std::move(labels);
    c.who.value = 12.5;
    e->on_change(c);
    e->advance();
  }
  void fire(const std::string& name, rules::label_list labels = {}) {
    change(name, rules::alert_change::kind::firing, std::move(labels));
  }
  void resolve(const std::string& name, rules::label_list labels = {}) {
    change(name, rules::alert_change::kind::resolved, std::move(labels));
  }
  // In steps of a second, as the agent does it.
  void pass(nanoseconds time) {
    for (nanoseconds passed{0}; passed < time; passed += 1s) {
      folder.time.pass(1s);
      e->advance();
    }
  }
  std::vector<std::string> actions() const { // that were begun: "restart web"
    std::vector<std::string> out;
    for (const action_request& r : machine.begun)
      out.push_back(r.who.name.empty() ? r.action : cat(r.action, " ", r.who.name));
    return out;
  }
  // "refused cooldown", "action_begins", ...
  std::vector<std::string> audited() const {
    std::vector<std::string> out;
    if (const auto read = read_audit(folder.path(), {}))
      for (const audit_entry& a : *read)
        out.push_back(cat(name_of(a.event), a.guard.empty() ? "" : " ", a.guard));
    return out;
  }
  std::uint64_t refused(guard g, const std::string& name) const {
    const auto found = e->counters().refused.find({name_of(g), name});
    return found == e->counters().refused.end() ? 0 : found->second;
  }
  std::uint64_t counted(const std::string& action, const std::string& name, const std::string& result) const {
    const auto found = e->counters().actions.find({action, name, result});
    return found == e->counters().actions.end() ? 0 : found->second;
  }
  std::size_t told(remedy_event::kind what) const {
    return static_cast<std::size_t>(std::ranges::count(events, what, &remedy_event::what));
  }
  std::string last_why() const { return events.empty() ? "" : events.back().why; }

  audit_folder folder;
  std::unique_ptr<audit_log> log;
  fake_machine machine;
  std::vector<remedy_event> events;
  engine_settings settings;
  std::unique_ptr<engine> e;
};

} // namespace reeve::remedy
