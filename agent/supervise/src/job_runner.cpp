// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/job_runner.hpp"

#include "job_memory_text.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/state_file.hpp"
#include "reeve/supervise/jobs.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

namespace {

using std::chrono::sys_seconds;

sys_seconds time_of(nanoseconds unix_time) {
  return sys_seconds(std::chrono::floor<std::chrono::seconds>(unix_time));
}

result<std::vector<job_schedule>> schedules_of(const std::vector<config::job_settings>& jobs) {
  std::vector<job_schedule> out;
  for (const config::job_settings& s : jobs) {
    auto made = make_job_schedule(s);
    if (!made) return error{made.error().code, cat("job ", s.name, ": ", made.error().message), 0};
    out.push_back(*std::move(made));
  }
  return out;
}

bool is_idle(process_state s) {
  return s == process_state::stopped || s == process_state::exited || s == process_state::given_up;
}

bool is_up(process_state s) {
  return s == process_state::running || s == process_state::stopping || s == process_state::killing ||
         s == process_state::stuck;
}

} // namespace

struct job_runner::job {
  config::job_settings settings;
  job_rules rules;
  job_machine machine;
  std::optional<job_memory> saved;
  std::uint64_t missed_told = 0, skipped_told = 0;
};

job_runner::job_runner(supervisor& runs, job_surroundings s) : runs_(runs), s_(std::move(s)) {}
job_runner::~job_runner() = default;

both_clocks job_runner::now() const {
  return {s_.time.mono(), time_of(s_.time.unix_time())};
}

std::string job_runner::file_of(std::string_view name) const {
  return cat(s_.folder, "/", name, "/job");
}

job_runner::job* job_runner::find(std::string_view name) const {
  const auto at = std::ranges::find_if(jobs_, [&](const auto& j) { return j->settings.name == name; });
  return at == jobs_.end() ? nullptr : at->get();
}

bool job_runner::has(std::string_view name) const {
  return find(name) != nullptr;
}

std::optional<job_memory> job_runner::remembered(const std::string& name) const {
  const std::string file = file_of(name);
  job_event e{job_change::state_unusable, name};
  const auto text = os::read_state_file(file);
  if (!text) {
    e.reason = text.error().message;
    if (text.error().code != errc::not_found) s_.tell(e);
    return std::nullopt;
  }
  const auto memory = job_memory_from_text(*text);
  if (memory) return *memory;
  e.reason = cat(file, ": ", memory.error().message, "; it is put aside as job.bad");
  s_.tell(e);
  (void)os::put_state_file_aside(file);
  return std::nullopt;
}

result<> job_runner::begin(const std::vector<config::job_settings>& wanted) {
  auto schedules = schedules_of(wanted);
  if (!schedules) return schedules.error();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const job_rules rules = make_job_rules(wanted[i], s_.machine);
    const auto memory = remembered(wanted[i].name);
    jobs_.push_back(std::make_unique<job>(
        job{wanted[i], rules, job_machine(std::move((*schedules)[i]), rules, now(), memory), memory}));
    save(*jobs_.back());
  }
  // One that comes back later is new then.
  for (const std::string& name : os::folders_in(s_.folder))
    if (!has(name)) os::forget_state_file(file_of(name));
  return {};
}

result<> job_runner::apply(const std::vector<config::job_settings>& wanted) {
  auto schedules = schedules_of(wanted);
  if (!schedules) return schedules.error();
  std::vector<std::unique_ptr<job>> next;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const config::job_settings& s = wanted[i];
    const job_rules rules = make_job_rules(s, s_.machine);
    const auto at =
        std::ranges::find_if(jobs_, [&](const auto& j) { return j && j->settings.name == s.name; });
    if (at == jobs_.end()) {
      next.push_back(
          std::make_unique<job>(job{s, rules, job_machine(std::move((*schedules)[i]), rules, now()), {}}));
      continue;
    }
    job& j = *next.emplace_back(std::move(*at));
    if (j.settings.times != s.times || j.settings.time_zone != s.time_zone)
      j.machine.set_schedule(std::move((*schedules)[i]), now());
    j.machine.set_rules(rules);
    j.rules = rules;
    j.settings = s;
  }
  for (const auto& gone : jobs_)
    if (gone) os::forget_state_file(file_of(gone->settings.name));
  jobs_ = std::move(next);
  for (const auto& j : jobs_)
    save(*j);
  return {};
}

void job_runner::sort_out(process_changes& changes, const std::vector<config::job_settings>& wanted) const {
  const auto is_wanted = [&](const std::string& name) {
    return std::ranges::find(wanted, name, &config::job_settings::name) != wanted.end();
  };
  const auto move_to = [&](std::vector<std::string>& jobs, std::vector<std::string>& all) {
    for (const std::string& name : all)
      if (is_wanted(name) || has(name)) jobs.push_back(name);
    std::erase_if(all, [&](const std::string& name) { return is_wanted(name) || has(name); });
  };
  move_to(changes.jobs_added, changes.added);
  move_to(changes.jobs_removed, changes.removed);
  move_to(changes.jobs_changed, changes.restarted);
  move_to(changes.jobs_changed, changes.adjusted);
  for (const config::job_settings& s : wanted) {
    const job* const j = find(s.name);
    const auto& told = changes.jobs_changed;
    if (j && j->settings != s && std::ranges::find(told, s.name) == told.end())
      changes.jobs_changed.push_back(s.name);
  }
}

void job_runner::save(job& j) {
  const job_memory& m = j.machine.memory();
  if (j.saved == m) return;
  // A folder that cannot be written is told by the start that fails for it.
  if (!j.saved) (void)os::make_private_folder(cat(s_.folder, "/", j.settings.name));
  if (os::write_state_file(file_of(j.settings.name), to_text(m))) j.saved = m;
}

void job_runner::told(const process_event& e) {
  job* const j = find(e.name);
  if (!j) return;
  const bool was_running = j->machine.is_running();
  switch (e.what) {
  case process_change::started:
    j->machine.started(now());
    break;
  case process_change::cannot_start:
    j->machine.start_failed(now());
    break;
  case process_change::ended:
  case process_change::stopped:
    j->machine.ended(now(), {e.end.value_or(process_end{}), e.what == process_change::stopped,
                             time_of(e.ended_unix), e.ended_unix - e.started_unix});
    break;
  default:
    return;
  }
  save(*j);
  if (was_running && !j->machine.is_running()) report_end(*j, e.reason);
}

// The supervisor knows best whether there is a run: one may have gone with the machine, or have been found.
void job_runner::look(job& j) {
  const std::optional<process_state> state = runs_.state_of(j.settings.name);
  if (!state) return;
  if (j.machine.is_running() && is_idle(*state)) {
    j.machine.lost(now());
    save(j);
    report_end(j, "it is gone");
  } else if (!j.machine.is_running() && is_up(*state)) {
    j.machine.started(now());
    save(j);
  }
}

void job_runner::obey(job& j, job_order order) {
  save(j);
  if (order == job_order::start) runs_.start(j.settings.name);
  if (order == job_order::stop) runs_.stop(j.settings.name);
}

void job_runner::advance() {
  for (const auto& j : jobs_) {
    look(*j);
    job_order order = job_order::none;
    do {
      order = j->machine.tick(now());
      report_times(*j);
      obey(*j, order);
    } while (order != job_order::none);
  }
}

std::optional<nanoseconds> job_runner::next_wake() const {
  std::optional<nanoseconds> out;
  for (const auto& j : jobs_) {
    const nanoseconds at = j->machine.wake_at(now());
    if (!out || at < *out) out = at;
  }
  return out;
}

void job_runner::start(std::string_view name) {
  if (job* const j = find(name)) obey(*j, j->machine.run(now()));
}

void job_runner::stop(std::string_view name) {
  if (job* const j = find(name)) obey(*j, j->machine.stop());
}

void job_runner::restart(std::string_view name) {
  if (job* const j = find(name)) obey(*j, j->machine.restart(now()));
}

void job_runner::report_end(const job& j, const std::string& how) {
  const job_memory& m = j.machine.memory();
  if (m.last_result == job_result::stopped) return;
  job_event e{job_change::succeeded, j.settings.name, {}, {}, m.last_duration};
  if (m.last_result != job_result::success) {
    e.what = job_change::failed;
    e.reason = m.last_result == job_result::failed ? how : cat(name_of(m.last_result), ": ", how);
    e.next = m.queued ? "the next run follows"
             : m.retrying
                 ? cat("retry in ", format_duration(j.rules.retry_interval), ", ", m.retries_left, " left")
                 : "no retry";
  }
  s_.tell(e);
}

void job_runner::report_times(job& j) {
  const job_counts& c = j.machine.counts();
  job_event e;
  e.name = j.settings.name;
  e.what = job_change::missed;
  e.count = c.missed - std::exchange(j.missed_told, c.missed);
  e.next = j.rules.missed == missed_rule::skip ? "no run for them" : "one run for all";
  if (e.count != 0) s_.tell(e);
  e.what = job_change::skipped;
  e.count = c.skipped - std::exchange(j.skipped_told, c.skipped);
  e.next.clear();
  if (e.count != 0) s_.tell(e);
}

std::vector<job_status> job_runner::status() const {
  std::vector<job_status> out;
  for (const auto& j : jobs_)
    out.push_back({j->settings.name, j->machine.memory(), j->machine.counts(), j->machine.next_start(now())});
  return out;
}

void job_runner::add_to(process_status& s) const {
  const job* const j = find(s.name);
  if (!j) return;
  s.last_result = name_of(j->machine.memory().last_result);
  const auto next = j->machine.next_start(now());
  if (!next || j->machine.is_running()) return;
  s.next_start_in = std::max<nanoseconds>(*next - now().utc, nanoseconds(0));
  if (is_idle(s.state)) s.state = process_state::waiting;
}

} // namespace reeve::supervise
