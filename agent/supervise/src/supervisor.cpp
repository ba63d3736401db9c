// SPDX-License-Identifier: Apache-2.0
// What is asked of a supervisor, and the order among its processes. See supervisor_actions.cpp for what it does to one, and
// supervisor_takeover.cpp for what it finds.
#include "entry.hpp"
#include "side_commands.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

using namespace std::chrono_literals;

std::string to_text(const config::port_settings& p) {
  return cat(p.number, p.udp ? "/udp" : "/tcp");
}

bool supervisor::entry::depends_on(std::string_view name) const {
  return std::ranges::find(settings.after, name) != settings.after.end() ||
         std::ranges::find(settings.required, name) != settings.required.end();
}

supervisor::supervisor(surroundings s)
    : s_(std::move(s)), beside_(std::make_unique<side_commands>(s_.time, s_.keepers, s_.later)) {}
supervisor::~supervisor() = default;

supervisor::entry* supervisor::find(std::string_view name) const {
  const auto at = std::ranges::find_if(entries_, [&](const auto& e) { return e->settings.name == name; });
  return at == entries_.end() ? nullptr : at->get();
}

supervisor::entry& supervisor::add(const config::process_settings& s) {
  entry& e = *entries_.emplace_back(std::make_shared<entry>(s, s_.time.mono()));
  e.folder = cat(s_.folder, "/", s.name);
  make_checks(e);
  return e;
}

void supervisor::begin(const std::vector<config::process_settings>& wanted, bool leave_strays) {
  for (const config::process_settings& s : wanted)
    add(s);
  // All are known before the first one starts: they may wait for each other. Those that are added meanwhile are strays.
  const std::vector<entry_ptr> all = entries_;
  for (const entry_ptr& e : all)
    take_up(*e);
  if (!leave_strays) stop_strays();
  settle();
}

process_changes supervisor::compare(const std::vector<config::process_settings>& wanted) const {
  process_changes out;
  for (const config::process_settings& s : wanted) {
    const entry* const e = find(s.name);
    if (!e || e->is_removed)
      out.added.push_back(s.name);
    else if (e->fingerprint != fingerprint_of(s) && !s.is_job)
      out.restarted.push_back(s.name);
    else if (e->settings != s)
      out.adjusted.push_back(s.name);
  }
  for (const entry_ptr& e : entries_)
    if (!e->is_removed &&
        std::ranges::find(wanted, e->settings.name, &config::process_settings::name) == wanted.end())
      out.removed.push_back(e->settings.name);
  return out;
}

process_changes supervisor::apply(const std::vector<config::process_settings>& wanted) {
  const process_changes changes = compare(wanted);
  for (const std::string& name : changes.removed) {
    find(name)->is_removed = true;
    find(name)->is_stop_due = true;
  }
  std::vector<entry*> added, restarted;
  for (const config::process_settings& s : wanted) {
    entry* e = find(s.name);
    if (e && std::exchange(e->is_removed, false)) {
      e->is_stop_due = false;
      restarted.push_back(e);
    }
    if (!e) {
      added.push_back(&add(s));
      continue;
    }
    const std::string fingerprint = fingerprint_of(s);
    if (e->fingerprint != fingerprint) restarted.push_back(e);
    const bool has_other_checks = e->settings.health != s.health;
    e->fingerprint = fingerprint;
    e->settings = s;
    if (has_other_checks) make_checks(*e);
    e->machine.set_plan(plan_of(s));
  }
  for (entry* e : added)
    take_up(*e);
  for (entry* e : restarted)
    if (e->machine.is_wanted() && !e->settings.is_job) obey(*e, e->machine.restart(s_.time.mono()));
  // In the order of the file from now on.
  std::ranges::stable_sort(entries_, {}, [&](const entry_ptr& e) {
    return std::ranges::find(wanted, e->settings.name, &config::process_settings::name) - wanted.begin();
  });
  settle();
  return changes;
}

std::vector<std::string> supervisor::resolve(std::string_view word) const {
  std::vector<std::string> out;
  for (const entry_ptr& e : entries_) {
    const auto& groups = e->settings.groups;
    if ((word == "all" && !e->settings.is_job) || e->settings.name == word ||
        std::ranges::find(groups, word) != groups.end())
      out.push_back(e->settings.name);
  }
  return out;
}

void supervisor::start(std::string_view name) {
  entry* const e = find(name);
  if (!e) return;
  e->is_stop_due = false;
  // No cycles: the configuration is refused then.
  for (const std::string& other : e->settings.required)
    if (const entry* r = find(other); r && !r->is_up()) start(other);
  obey(*e, e->machine.start(s_.time.mono()));
  settle();
}

void supervisor::stop(std::string_view name) {
  entry* const e = find(name);
  if (!e || e->is_stop_due) return;
  e->is_stop_due = true;
  for (const entry_ptr& other : entries_)
    if (std::ranges::find(other->settings.required, name) != other->settings.required.end())
      stop(other->settings.name);
  settle();
}

void supervisor::restart(std::string_view name) {
  entry* const e = find(name);
  if (!e) return;
  e->is_stop_due = false;
  obey(*e, e->machine.restart(s_.time.mono()));
  settle();
}

void supervisor::reset(std::string_view name) {
  entry* const e = find(name);
  if (!e) return;
  e->machine.reset();
  save(*e);
}

void supervisor::fail(std::string_view name, std::string why) {
  entry* const e = find(name);
  if (!e || !e->is_up()) return;
  report(*e, process_change::unhealthy, why);
  obey(*e, e->machine.fail(s_.time.mono(), std::move(why)));
  settle();
}

void supervisor::stop_all() {
  for (const entry_ptr& e : entries_)
    e->is_stop_due = true;
  settle();
}

bool supervisor::is_any_ending() const noexcept {
  return std::ranges::any_of(entries_, [](const auto& e) {
    const process_state s = e->machine.state();
    const bool is_idle = s == process_state::stopped || s == process_state::exited ||
                         s == process_state::given_up || s == process_state::stuck;
    return e->is_stop_due || (!e->machine.is_wanted() && !is_idle);
  });
}

// Stops what is due and no longer needed, starts what waited for another.
void supervisor::settle() {
  for (bool changed = true; changed;) {
    changed = false;
    const std::vector<entry_ptr> all = entries_;
    for (const entry_ptr& e : all) {
      if (e->is_stop_due) {
        const bool is_needed = std::ranges::any_of(all, [&](const entry_ptr& other) {
          return other->machine.is_alive() && other->machine.state() != process_state::stuck &&
                 (other->is_stop_due || !other->machine.is_wanted()) && other->depends_on(e->settings.name);
        });
        if (is_needed) continue;
        e->is_stop_due = false;
        obey(*e, e->machine.stop(s_.time.mono()));
        changed = true;
      } else if (e->machine.state() == process_state::blocked && !e->machine.wake_at() &&
                 missing_for(*e).empty() && !s_.is_system_ending()) {
        obey(*e, e->machine.look_again(s_.time.mono()));
        changed = true;
      }
    }
    const std::size_t before = entries_.size();
    std::erase_if(entries_, [this](const entry_ptr& e) {
      if (!e->is_removed || e->is_stop_due || e->machine.state() != process_state::stopped) return false;
      forget(*e);
      return true;
    });
    changed = changed || entries_.size() != before;
  }
}

void supervisor::advance() {
  const std::vector<entry_ptr> all = entries_;
  const nanoseconds now = s_.time.mono();
  beside_->advance();
  for (const entry_ptr& e : all) {
    if (e->health) {
      e->health->advance();
      follow_health(*e);
    }
    if (e->read_record_at && now >= *e->read_record_at) read_record(*e);
    const process_state before = e->machine.state();
    obey(*e, e->machine.tick(now));
    if (before != process_state::stuck && e->machine.state() == process_state::stuck)
      report(*e, process_change::stuck, "it was killed and is still there");
  }
  settle();
}

std::optional<nanoseconds> supervisor::next_wake() const {
  std::optional<nanoseconds> out;
  const auto consider = [&](std::optional<nanoseconds> at) {
    if (at && (!out || *at < *out)) out = at;
  };
  for (const entry_ptr& e : entries_) {
    consider(e->machine.wake_at());
    consider(e->read_record_at);
    if (e->health) consider(e->health->next_wake());
  }
  consider(beside_->next_wake());
  return out;
}

std::vector<process_status> supervisor::status() const {
  std::vector<process_status> out;
  for (const entry_ptr& e : entries_)
    out.push_back(look_at(*e));
  return out;
}

std::optional<process_status> supervisor::status_of(std::string_view name) const {
  const entry* const e = find(name);
  return e ? std::optional(look_at(*e)) : std::nullopt;
}

process_status supervisor::look_at(const entry& e) const {
  const nanoseconds now = s_.time.mono();
  const managed_process& m = e.machine;
  process_status s;
  s.name = e.settings.name;
  s.state = m.state();
  s.in_state = now - m.since();
  s.restarts = m.restarts();
  s.starts = m.incarnation();
  s.last_end = m.last_end();
  s.failure = m.failure();
  s.groups = e.settings.groups;
  s.output = output_file_of(e.settings, e.own_output());
  const config::process_settings& wanted = e.settings;
  if (!wanted.pre_start.empty() || !wanted.post_start.empty() || !wanted.pre_stop.empty() ||
      !wanted.post_stop.empty())
    s.hook_output = e.hook_output();
  for (const config::port_settings& p : e.settings.ports)
    s.ports.push_back(to_text(p));
  if (e.keeper) s.id = e.record.program;
  if (e.keeper) s.started_unix = e.record.started_unix;
  if (e.health)
    for (const process_health::status& c : e.health->checks()) {
      const auto& answer = c.check.last_answer();
      s.checks.push_back({c.name, c.check.state(), answer ? answer->text : std::string(),
                          c.check.last_duration(), c.check.failures_in_row(), c.check.passes_total(),
                          c.check.failures_total()});
    }
  if (s.state == process_state::stopping)
    s.doing = e.hook ? "pre_stop" : to_text(rungs_of(e.settings)[m.rung()]);
  else if (e.hook)
    s.doing = e.hook_kind == process_order::run_pre_start    ? "pre_start"
              : e.hook_kind == process_order::run_post_start ? "post_start"
                                                             : "post_stop";
  const bool comes = s.state == process_state::waiting || s.state == process_state::blocked;
  if (comes && m.wake_at()) s.next_start_in = std::max(nanoseconds(0), *m.wake_at() - now);
  return s;
}

std::optional<process_state> supervisor::state_of(std::string_view name) const {
  const entry* const e = find(name);
  return e ? std::optional(e->machine.state()) : std::nullopt;
}

void supervisor::report(const entry& e, process_change what, std::string reason) {
  s_.tell({what,
           e.settings.name,
           e.keeper ? e.record.program.pid : 0,
           std::move(reason),
           next_for(e),
           {},
           {},
           {}});
}

void supervisor::tell_end(entry& e) {
  if (!e.open_end || e.machine.is_end_open()) return;
  e.open_end->next = next_for(e);
  s_.tell(*std::exchange(e.open_end, std::nullopt));
}

std::string supervisor::next_for(const entry& e) const {
  const auto wait = e.machine.next_start_in(s_.time.mono());
  if (!wait) return "no restart";
  if (*wait == 0ns) return "restart at once";
  return cat("restart in ", format_duration(std::chrono::floor<std::chrono::milliseconds>(*wait)));
}

} // namespace reeve::supervise
