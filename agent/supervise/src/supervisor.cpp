// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/supervisor.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

namespace {

restart_rule rule_of(std::string_view text) {
  return text == "never"        ? restart_rule::never
         : text == "on-failure" ? restart_rule::on_failure
                                : restart_rule::always;
}

os::child_command command_of(const config::process_settings& s) {
  return {s.command, s.args, s.cwd, s.env, s.output};
}

} // namespace

std::string to_text(const process_end& e) {
  return cat(e.by_signal ? "signal " : "exit code ", e.code);
}

struct supervisor::entry {
  explicit entry(const config::process_settings& s)
      : settings(s), machine(rule_of(s.restart), {s.stop_timeout}) {}

  config::process_settings settings;
  managed_process machine;
  std::unique_ptr<os::child_process> child;
  std::uint64_t incarnation = 0; // tells late news of a former child apart
};

supervisor::supervisor(const clock& time, os::child_starter& starter, post later, tell told,
                       std::function<double()> chance)
    : time_(time), starter_(starter), later_(std::move(later)), tell_(std::move(told)),
      chance_(std::move(chance)) {}
supervisor::~supervisor() = default;

void supervisor::add(const config::process_settings& s) {
  entries_.push_back(std::make_unique<entry>(s));
  obey(*entries_.back(), entries_.back()->machine.start(time_.mono()));
}

supervisor::entry* supervisor::find(std::string_view name) {
  const auto at =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e->settings.name == name; });
  return at == entries_.end() ? nullptr : at->get();
}

bool supervisor::start(std::string_view name) {
  entry* e = find(name);
  if (e) obey(*e, e->machine.start(time_.mono()));
  return e != nullptr;
}

bool supervisor::stop(std::string_view name) {
  entry* e = find(name);
  if (e) obey(*e, e->machine.stop(time_.mono()));
  return e != nullptr;
}

bool supervisor::restart(std::string_view name) {
  return stop(name) && start(name);
}

void supervisor::stop_all() {
  for (const auto& e : entries_)
    obey(*e, e->machine.stop(time_.mono()));
}

bool supervisor::is_any_ending() const noexcept {
  return std::any_of(entries_.begin(), entries_.end(), [](const auto& e) {
    return e->machine.is_alive() && e->machine.state() != process_state::stuck;
  });
}

void supervisor::obey(entry& e, process_order order) {
  switch (order) {
  case process_order::none:
    return;
  case process_order::start:
    launch(e);
    return;
  case process_order::ask_to_end:
    // Who cannot be asked is killed when its time to end by itself is over.
    if (e.child) (void)e.child->ask_to_end();
    return;
  case process_order::kill:
    if (e.child) (void)e.child->kill();
    report(e, process_change::killed, "it did not end when it was asked to");
    return;
  }
}

void supervisor::launch(entry& e) {
  for (;;) {
    const std::uint64_t incarnation = ++e.incarnation;
    auto made = starter_.start(command_of(e.settings), [this, &e, incarnation](os::child_end end) {
      later_([this, &e, incarnation, end] { on_end(e, incarnation, end); });
    });
    if (made) {
      e.child = *std::move(made);
      e.machine.started(time_.mono());
      report(e, process_change::started, {});
      return;
    }
    const process_order next = e.machine.start_failed(time_.mono(), made.error().message, chance_());
    report(e, process_change::cannot_start, made.error().message);
    if (e.machine.state() == process_state::given_up)
      report(e, process_change::given_up, made.error().message);
    if (next != process_order::start) return;
  }
}

void supervisor::on_end(entry& e, std::uint64_t incarnation, os::child_end end) {
  if (incarnation != e.incarnation) return;
  const process_end how{end.by_signal, end.code};
  const bool was_asked = e.machine.state() != process_state::running;
  const process_order next = e.machine.ended(time_.mono(), how, chance_());
  report(e, was_asked ? process_change::stopped : process_change::ended, to_text(how));
  e.child.reset();
  if (e.machine.state() == process_state::given_up) report(e, process_change::given_up, to_text(how));
  obey(e, next);
}

void supervisor::advance() {
  for (const auto& e : entries_) {
    const process_state before = e->machine.state();
    obey(*e, e->machine.tick(time_.mono()));
    if (before != process_state::stuck && e->machine.state() == process_state::stuck)
      report(*e, process_change::stuck, "it was killed and is still there");
  }
}

std::optional<nanoseconds> supervisor::next_wake() const {
  std::optional<nanoseconds> out;
  for (const auto& e : entries_)
    if (const auto at = e->machine.wake_at(); at && (!out || *at < *out)) out = at;
  return out;
}

std::vector<process_status> supervisor::status() const {
  std::vector<process_status> out;
  const nanoseconds now = time_.mono();
  for (const auto& e : entries_) {
    const managed_process& m = e->machine;
    process_status s{e->settings.name, m.state(),       {}, now - m.since(), {}, m.restarts(),
                     m.last_end(),     m.last_failure()};
    if (e->child) s.id = e->child->id();
    if (m.state() == process_state::waiting && m.wake_at())
      s.next_start_in = std::max(nanoseconds(0), *m.wake_at() - now);
    out.push_back(std::move(s));
  }
  return out;
}

void supervisor::report(const entry& e, process_change what, std::string reason) {
  process_event out{what, e.settings.name, e.child ? e.child->id().pid : 0, std::move(reason), {}};
  switch (e.machine.state()) {
  case process_state::running:
    out.next = "restart at once";
    break;
  case process_state::waiting:
    out.next = cat("restart in ", format_duration(std::chrono::floor<std::chrono::milliseconds>(
                                      *e.machine.wake_at() - time_.mono())));
    break;
  default:
    out.next = "no restart";
  }
  tell_(out);
}

} // namespace reeve::supervise
