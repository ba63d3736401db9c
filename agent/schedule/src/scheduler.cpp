// SPDX-License-Identifier: Apache-2.0
#include "reeve/schedule/scheduler.hpp"

#include <algorithm>
#include <utility>

namespace reeve::schedule {

const char* name_of(state s) noexcept {
  switch (s) {
  case state::starting:
    return "starting";
  case state::ok:
    return "ok";
  case state::failing:
    return "failing";
  case state::late:
    return "late";
  case state::quarantined:
    return "quarantined";
  }
  return "starting";
}

scheduler::scheduler(nanoseconds epoch, nanoseconds unix_minus_mono, launch l, change c)
    : epoch_(epoch), unix_minus_mono_(unix_minus_mono), launch_(std::move(l)), change_(std::move(c)) {}

void scheduler::add(const std::string& name, const plan& p, nanoseconds now) {
  slot s;
  s.p = p;
  s.due = now;
  slots_.insert_or_assign(name, std::move(s));
}

void scheduler::remove(std::string_view name) {
  if (const auto found = slots_.find(name); found != slots_.end()) slots_.erase(found);
}

// The first instant of the common grid after `now`.
nanoseconds scheduler::next_due(const slot& s, nanoseconds now) const {
  const auto elapsed = std::max(now - epoch_, nanoseconds{0});
  return epoch_ + (elapsed / s.p.interval + 1) * s.p.interval;
}

void scheduler::begin(const std::string& name, slot& s, nanoseconds scheduled, nanoseconds now) {
  s.s.running = true;
  s.run_is_late = false;
  s.s.run_began = now;
  ++s.s.runs_total;
  plugin_host::tick t;
  t.cycle = s.cycle;
  t.scheduled_mono = scheduled;
  t.scheduled_unix = scheduled + unix_minus_mono_;
  t.interval = s.p.interval;
  t.deadline_mono = now + s.p.deadline;
  launch_(name, t);
}

void scheduler::fail(const std::string& name, slot& s, state as, nanoseconds now) {
  ++s.s.failures_in_a_row;
  const bool first = s.s.now != as;
  s.s.now = as;
  if (s.s.failures_in_a_row < s.p.failures_before_quarantine) {
    if (first) change_(name, s.s);
    return;
  }
  s.backoff = s.backoff == nanoseconds{0} ? s.p.quarantine_min : std::min(s.backoff * 2, s.p.quarantine_max);
  s.s.now = state::quarantined;
  s.s.quarantined_until = now + s.backoff;
  s.due = s.s.quarantined_until;
  change_(name, s.s);
}

nanoseconds scheduler::advance(nanoseconds now) {
  nanoseconds wake = now + std::chrono::hours(1);
  for (auto& [name, s] : slots_) {
    const nanoseconds deadline = s.s.run_began + s.p.deadline;
    if (s.s.running && !s.run_is_late && now > deadline) {
      s.run_is_late = true;
      ++s.s.late_total;
      s.s.last_error = "the run passed its deadline and has not returned";
      fail(name, s, state::late, now);
    }
    if (now >= s.due) {
      const nanoseconds scheduled = s.due;
      s.due = next_due(s, now);
      ++s.cycle;
      if (s.s.running) {
        ++s.s.overruns_total;
        if (s.s.now == state::late) fail(name, s, state::late, now); // each missed tick counts against it
      } else {
        // Whole intervals that passed unseen, because the machine slept or the loop was busy.
        const auto missed =
            static_cast<std::uint64_t>(std::max((now - scheduled) / s.p.interval, nanoseconds::rep{0}));
        s.s.overruns_total += missed;
        s.cycle += missed;
        begin(name, s, missed ? now : scheduled, now);
      }
    }
    wake = std::min(wake, s.due);
    if (s.s.running && !s.run_is_late) wake = std::min(wake, s.s.run_began + s.p.deadline + nanoseconds{1});
  }
  return std::max(wake, now);
}

void scheduler::finished(std::string_view name, bool ok, std::string_view error, nanoseconds now) {
  const auto found = slots_.find(name);
  if (found == slots_.end() || !found->second.s.running) return;
  slot& s = found->second;
  s.s.running = false;
  ++s.finished;
  s.s.last_duration = now - s.s.run_began;
  if (ok) {
    const bool recovered = s.s.now != state::ok && s.s.now != state::starting;
    s.s.now = state::ok;
    s.s.failures_in_a_row = 0;
    s.s.last_error.clear();
    if (s.s.quarantined_until != nanoseconds{0}) s.due = next_due(s, now);
    s.s.quarantined_until = nanoseconds{0};
    s.backoff = nanoseconds{0};
    if (recovered) change_(found->first, s.s);
    return;
  }
  ++s.s.failures_total;
  // A run that was already counted as late is not counted against the plugin twice.
  s.s.last_error = error;
  if (!s.run_is_late) fail(found->first, s, state::failing, now);
}

bool scheduler::refresh(std::string_view name, nanoseconds now, nanoseconds patience) {
  const auto found = slots_.find(name);
  if (found == slots_.end()) return false;
  slot& s = found->second;
  if (s.s.now != state::ok && s.s.now != state::starting) return false;
  // The first run fills caches that later ones find full, so it does not say how long a run takes.
  if (s.finished > 1 && s.s.last_duration > patience) return false;
  if (s.s.running) return now - s.s.run_began <= patience;
  begin(found->first, s, now, now);
  return true;
}

const status* scheduler::find(std::string_view name) const {
  const auto found = slots_.find(name);
  return found == slots_.end() ? nullptr : &found->second.s;
}

const std::map<std::string, status, std::less<>> scheduler::all() const {
  std::map<std::string, status, std::less<>> out;
  for (const auto& [name, s] : slots_)
    out.emplace(name, s.s);
  return out;
}

} // namespace reeve::schedule
