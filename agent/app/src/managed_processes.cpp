// SPDX-License-Identifier: Apache-2.0
#include "managed_processes.hpp"

#include "health_probes.hpp"
#include "port_holders.hpp"

#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/process_control.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/remedy/guards.hpp"
#include "reeve/supervise/jobs.hpp"

#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace reeve::app {

namespace asio = boost::asio;
using supervise::process_change;

namespace {

std::string processes_folder(const config::settings& s) {
  return cat(state_folder_of(s), "/processes");
}

// Of the commands that rules and alerts run.
std::string actions_folder(const std::string& state_folder) {
  return cat(state_folder, "/actions");
}

bool runs_a_command(const config::response_settings& r) {
  return std::ranges::any_of(r.steps, [](const config::step_settings& step) { return step.action == "run"; });
}

// Something of it needs keepers.
bool is_needed(const config::settings& s) {
  return !s.processes.empty() || !s.jobs.empty() || std::ranges::any_of(s.rules, runs_a_command) ||
         (s.webhook && std::ranges::any_of(s.webhook->alerts, runs_a_command));
}

std::vector<config::process_settings> programs_of(const config::settings& s) {
  std::vector<config::process_settings> out = s.processes;
  for (const config::job_settings& j : s.jobs)
    out.push_back(supervise::program_of(j));
  return out;
}

constexpr std::uint64_t output_bytes = 64 * 1024; // of a command's output that are kept to its end
constexpr std::size_t line_bytes = 200;           // of its last line, in a reason

// ": no such backup"; empty: it wrote nothing that can be shown.
std::string last_words(const std::string& output_file) {
  const auto text = os::read_state_file(output_file);
  if (!text) return {};
  const std::size_t end = text->find_last_not_of(" \t\r\n");
  if (end == text->npos) return {};
  const std::string_view all = std::string_view(*text).substr(0, end + 1);
  std::string out = ": ";
  append_utf8(out, all.substr(all.find_last_of("\r\n") + 1), line_bytes);
  return on_one_line(std::move(out));
}

// Differs from that of another machine, as far as their names differ.
std::uint64_t number_of_this_machine() {
  boost::system::error_code unnamed;
  return std::hash<std::string>()(asio::ip::host_name(unnamed));
}

} // namespace

std::string state_folder_of(const config::settings& s) {
  return cat(s.agent.state_dir.empty() ? os::state_dir() : s.agent.state_dir, "/", s.agent.instance);
}

managed_processes::managed_processes(asio::io_context& loop, const clock& time, event_router& events,
                                     plugin_host::socket_table_service& sockets)
    : loop_(loop), time_(time), events_(events), sockets_(sockets), due_(loop) {}

result<> managed_processes::prepare(const config::settings& s) {
  const std::string folder = processes_folder(s);
  if (auto made = os::make_private_folder(folder); !made) return made.error();
  auto lock = os::folder_lock::take(folder);
  if (!lock)
    return error{lock.error().code,
                 lock.error().code == errc::busy
                     ? cat("another agent manages the processes of ", folder,
                           "; give each agent its own [agent] instance or state_dir")
                     : lock.error().message,
                 lock.error().os_code};
  auto keepers = os::keeper_host::create(os::keeper_program(), s.agent.instance);
  if (!keepers) return keepers.error();
  lock_ = *std::move(lock);
  protected_names_ = s.remedy.protect;
  state_folder_ = state_folder_of(s);
  shutdown_ = std::make_unique<shutdown_watch>();
  keepers_ = *std::move(keepers);
  // The host's thread is joined before the loop goes, and the loop drops what was posted without running it.
  supervisor_ = std::make_unique<supervise::supervisor>(supervise::surroundings{
      time_, *keepers_, folder,
      [this](std::function<void()> work) {
        asio::post(loop_, [this, work = std::move(work)] {
          work();
          arm();
        });
      },
      [this](const supervise::process_event& e) { told(e); },
      [this] { return std::uniform_real_distribution(-1.0, 1.0)(chance_); },
      [this](const config::port_settings& port) { return holder_of(port, sockets_, time_); },
      [this] { return is_ending_ || shutdown_->is_going_down(); },
      [this](const config::process_settings& p, const supervise::run_beside& run) {
        return checks_of(p, run);
      },
      [this](const process_id& holder) { return why_left_alone(holder); }});
  jobs_ = std::make_unique<supervise::job_runner>(
      *supervisor_, supervise::job_surroundings{time_, folder, number_of_this_machine(),
                                                [this](const supervise::job_event& e) { told(e); }});
  return {};
}

// The configuration has compiled the expressions before; what is left is a system without memory.
std::vector<supervise::named_check> managed_processes::checks_of(const config::process_settings& p,
                                                                 const supervise::run_beside& run) {
  auto made = make_checks(loop_, p.health, run);
  if (made) return *std::move(made);
  events_.report(events::process_unhealthy,
                 {{"name", p.name}, {"pid", "0"}, {"reason", made.error().message}});
  return {};
}

// By the names that remedies leave alone, the one of its [[process]] among them.
std::string managed_processes::why_left_alone(const process_id& holder) const {
  const auto facts = os::look_at_process(holder.pid);
  if (!facts) return facts.error().message;
  remedy::target who;
  who.id = facts->id;
  who.program = facts->name;
  who.other_names = facts->other_names;
  who.is_kernel_thread = facts->is_kernel_thread;
  who.description = os::describe_process(who.id);
  for (const supervise::process_status& s : supervisor_->status())
    if (s.id == who.id) who.name = s.name;
  return remedy::why_left_alone(who, protected_names_, os::os_name());
}

result<> managed_processes::begin(const config::settings& s) {
  const bool is_any_left = !os::folders_in(processes_folder(s)).empty() ||
                           !os::folders_in(actions_folder(state_folder_of(s))).empty();
  if (!is_needed(s) && !is_any_left) return {};
  if (auto prepared = prepare(s); !prepared) return prepared.error();
  supervisor_->end_left(actions_folder(state_folder_));
  if (auto begun = jobs_->begin(s.jobs); !begun) return begun.error();
  supervisor_->begin(programs_of(s), s.agent.strays == "leave");
  arm();
  return {};
}

result<supervise::process_changes> managed_processes::apply(const config::settings& s) {
  supervise::process_changes changes = compare(s);
  if (!supervisor_) {
    if (!is_needed(s)) return changes;
    if (auto begun = begin(s); !begun) return begun.error();
    return changes;
  }
  if (auto applied = jobs_->apply(s.jobs); !applied) return applied.error();
  protected_names_ = s.remedy.protect;
  supervisor_->apply(programs_of(s));
  arm();
  return changes;
}

supervise::process_changes managed_processes::compare(const config::settings& s) const {
  supervise::process_changes changes;
  if (supervisor_) {
    changes = supervisor_->compare(programs_of(s));
    jobs_->sort_out(changes, s.jobs);
    return changes;
  }
  for (const config::process_settings& p : s.processes)
    changes.added.push_back(p.name);
  for (const config::job_settings& j : s.jobs)
    changes.jobs_added.push_back(j.name);
  return changes;
}

void managed_processes::leave(bool end_them, std::function<void()> done) {
  is_ending_ = true;
  stopped_ = std::move(done);
  if (supervisor_ && end_them) supervisor_->stop_all();
  if (!end_them) {
    due_.cancel();
    std::exchange(stopped_, nullptr)();
    return;
  }
  arm();
}

void managed_processes::arm() {
  // What is due while the agent or the system ends is for the next one.
  const bool has_jobs = jobs_ && !is_ending_ && !shutdown_->is_going_down();
  if (has_jobs) jobs_->advance();
  if (stopped_ && (!supervisor_ || !supervisor_->is_any_ending())) {
    due_.cancel();
    std::exchange(stopped_, nullptr)();
    return;
  }
  std::optional<nanoseconds> at = supervisor_ ? supervisor_->next_wake() : std::nullopt;
  if (has_jobs)
    if (const auto due = jobs_->next_wake(); due && (!at || *due < *at)) at = due;
  if (!at) {
    due_.cancel();
    return;
  }
  due_.expires_after(std::max(nanoseconds(0), *at - time_.mono()));
  due_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    supervisor_->advance();
    arm();
  });
}

void managed_processes::told(const supervise::process_event& e) {
  jobs_->told(e);
  if (e.what == process_change::ended && jobs_->has(e.name)) {
    shutdown_->look(); // before a retry
    return;            // told as the end of a run
  }
  const log_field name{"name", e.name}, pid{"pid", cat(e.pid)}, reason{"reason", e.reason},
      next{"next", e.next};
  switch (e.what) {
  case process_change::started:
    return events_.report(events::process_started, {name, pid});
  case process_change::adopted:
    return events_.report(events::process_adopted, {name, pid});
  case process_change::ended:
    // The first restart is at once; those after it know whether the system is going down.
    shutdown_->look();
    return events_.report(events::process_ended, {name, pid, reason, next});
  case process_change::stopped:
    return events_.report(events::process_stopped, {name, pid, reason});
  case process_change::blocked:
    return events_.report(events::process_blocked, {name, reason});
  case process_change::cannot_start:
    return events_.report(events::process_cannot_start, {name, reason, next});
  case process_change::given_up:
    return events_.report(events::process_given_up, {name, reason});
  case process_change::asked:
    return events_.report(events::process_asked, {name, pid, reason});
  case process_change::killed:
    return events_.report(events::process_killed, {name, pid, reason});
  case process_change::stuck:
    return events_.report(events::process_stuck, {name, pid});
  case process_change::hook_failed:
    return events_.report(events::process_hook_failed, {name, reason});
  case process_change::unhealthy:
    return events_.report(events::process_unhealthy, {name, pid, reason});
  case process_change::stray:
    return events_.report(events::process_stray, {name, pid});
  case process_change::state_unusable:
    return events_.report(events::process_state_unusable, {name, reason});
  }
}

void managed_processes::told(const supervise::job_event& e) {
  using supervise::job_change;
  const log_field name{"name", e.name}, reason{"reason", e.reason}, next{"next", e.next},
      duration{"duration", format_duration(std::chrono::floor<std::chrono::milliseconds>(e.duration))};
  switch (e.what) {
  case job_change::succeeded:
    return events_.report(events::job_succeeded, {name, duration});
  case job_change::failed:
    return events_.report(events::job_failed, {name, reason, duration, next});
  case job_change::missed:
    return events_.report(events::job_missed, {name, {"count", cat(e.count)}, next});
  case job_change::skipped:
    return events_.report(events::job_skipped, {name, {"count", cat(e.count)}});
  case job_change::state_unusable:
    return events_.report(events::process_state_unusable, {name, reason});
  }
}

std::vector<supervise::process_status> managed_processes::status() const {
  if (!supervisor_) return {};
  std::vector<supervise::process_status> out = supervisor_->status();
  for (supervise::process_status& s : out)
    jobs_->add_to(s);
  return out;
}

std::vector<supervise::job_status> managed_processes::jobs() const {
  return jobs_ ? jobs_->status() : std::vector<supervise::job_status>{};
}

std::optional<supervise::process_status> managed_processes::status_of(std::string_view name) const {
  if (!supervisor_) return std::nullopt;
  auto out = supervisor_->status_of(name);
  if (out) jobs_->add_to(*out);
  return out;
}

void managed_processes::ask(std::string_view verb, const std::string& name) {
  if (!supervisor_) return;
  tell(verb, name);
  arm();
}

void managed_processes::run(const std::vector<std::string>& command, nanoseconds timeout,
                            std::function<void(result<>)> done) {
  if (!supervisor_) return done(error{errc::unsupported, "no command can be run: nothing is managed", 0});
  os::launch_command c;
  c.program = command.front();
  c.args.assign(command.begin() + 1, command.end());
  // With the lowest number that is free: one that a killed agent leaves is used again.
  std::string output;
  for (int n = 0; output.empty() || !outputs_.insert(output).second; ++n)
    output = cat(actions_folder(state_folder_), "/output ", n);
  (void)os::remove_state_file(output);
  c.output = {os::output_plan::target::file, output, output_bytes, 0};
  supervisor_->run(actions_folder(state_folder_), c, timeout,
                   [this, output, done = std::move(done)](const result<supervise::process_end>& end) {
                     const std::string words = last_words(output);
                     (void)os::remove_state_file(output);
                     outputs_.erase(output);
                     if (!end) return done(error{end.error().code, cat(end.error().message, words), 0});
                     if (*end == supervise::process_end{}) return done({});
                     done(error{errc::failed, cat("it ended with ", supervise::to_text(*end), words), 0});
                   });
  arm();
}

bool managed_processes::is_system_ending() const {
  return is_ending_ || (shutdown_ && shutdown_->is_going_down());
}

void managed_processes::tell(std::string_view verb, const std::string& name) {
  const bool is_job = jobs_->has(name);
  if (verb == "start") is_job ? jobs_->start(name) : supervisor_->start(name);
  if (verb == "stop") is_job ? jobs_->stop(name) : supervisor_->stop(name);
  if (verb == "restart") is_job ? jobs_->restart(name) : supervisor_->restart(name);
  if (verb == "reset") supervisor_->reset(name);
}

std::string managed_processes::answer(std::string_view request) {
  request.remove_prefix(processes_verb.size());
  if (request == "status") return cat("ok\n", to_text(status()));
  const std::size_t space = request.find(' ');
  return answer_names(request.substr(0, space), space == request.npos ? "" : request.substr(space + 1));
}

std::string managed_processes::answer_names(std::string_view verb, std::string_view word) {
  if (is_ending_ && verb != "stop") return "failed\nthe agent is ending\n";
  const std::vector<std::string> names =
      supervisor_ ? supervisor_->resolve(word) : std::vector<std::string>{};
  if (names.empty()) {
    std::string known;
    for (const auto& s : status())
      known += cat(known.empty() ? "" : ", ", s.name);
    return cat("failed\nno managed process, group or job is named \"", word, "\"; ",
               known.empty() ? "the configuration has no [[process]] and no [[job]]"
                             : cat("there are: ", known),
               "\n");
  }
  std::string out = "ok\n";
  for (const std::string& name : names) {
    tell(verb, name);
    out += cat(name, "\n");
  }
  arm();
  return out;
}

} // namespace reeve::app
