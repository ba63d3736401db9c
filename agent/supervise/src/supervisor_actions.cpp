// SPDX-License-Identifier: Apache-2.0
// What a supervisor does to one process, and what it hears of it.
#include "entry.hpp"

#include "launch_settings.hpp"
#include "memory_text.hpp"
#include "side_commands.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/process_control.hpp"
#include "reeve/os/state_file.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

namespace {

using namespace std::chrono_literals;

constexpr nanoseconds holder_grace = 10s; // between asking the holder of a port to end and killing it

const char* hook_name(process_order which) {
  switch (which) {
  case process_order::run_pre_start:
    return "pre_start";
  case process_order::run_post_start:
    return "post_start";
  case process_order::run_pre_stop:
    return "pre_stop";
  default:
    return "post_stop";
  }
}

const config::command_words& hook_words(const config::process_settings& s, process_order which) {
  switch (which) {
  case process_order::run_pre_start:
    return s.pre_start;
  case process_order::run_post_start:
    return s.post_start;
  case process_order::run_pre_stop:
    return s.pre_stop;
  default:
    return s.post_stop;
  }
}

} // namespace

// What is to be known after a crash is written before it is done.
void supervisor::obey(entry& e, process_order order) {
  // To look whether it may start changes nothing outside.
  if (order != process_order::prepare) save(e);
  while (order != process_order::none) {
    order = act(e, order);
    if (order != process_order::prepare) save(e);
  }
  follow_health(e);
}

void supervisor::save(entry& e) {
  process_memory m = e.machine.memory();
  if (e.saved == m) return;
  // A folder that cannot be written costs what the next agent would know, and is told by the start that fails for it.
  if (!e.saved) (void)os::make_private_folder(e.folder);
  const std::string text = to_text({m, os::boot_id()}, {s_.time.mono(), s_.time.unix_time()});
  if (os::write_state_file(cat(e.folder, "/state"), text)) e.saved = std::move(m);
}

// Of one that is in no configuration any more; its output stays.
void supervisor::forget(entry& e) {
  for (const char* file : {"/state", "/record", "/lock", "/hook/record", "/hook/lock"})
    os::forget_state_file(cat(e.folder, file));
}

process_order supervisor::act(entry& e, process_order order) {
  switch (order) {
  case process_order::prepare:
    return prepare(e);
  case process_order::launch:
    return launch(e);
  case process_order::run_pre_start:
  case process_order::run_post_start:
  case process_order::run_pre_stop:
  case process_order::clean_up:
    return run_hook(e, order);
  case process_order::climb:
    return climb(e);
  case process_order::kill:
    if (e.keeper) (void)e.keeper->kill();
    report(e, process_change::killed, "it did not end when it was asked to");
    return process_order::none;
  case process_order::kill_hook:
    if (e.hook) (void)e.hook->kill();
    return process_order::none;
  case process_order::none:
    break;
  }
  return process_order::none;
}

void supervisor::run(const std::string& folder, const os::launch_command& command, nanoseconds timeout,
                     std::function<void(result<process_end>)> done) {
  beside_->run(folder, "an action", command, timeout, std::move(done));
}

void supervisor::end_left(const std::string& folder) {
  beside_->end_left(folder);
}

// Empty: nothing is missing.
std::string supervisor::missing_for(const entry& e) const {
  for (const std::string& name : e.settings.required) {
    const entry* const other = find(name);
    const bool has_done_its_work = other && other->machine.state() == process_state::exited &&
                                   other->machine.last_end() == process_end{};
    if (other && !other->is_up() && !has_done_its_work)
      return cat("requires ", name, ", which is ", name_of(other->machine.state()));
  }
  for (const std::string& name : e.settings.after) {
    const entry* const other = find(name);
    if (!other || other->is_up()) continue;
    const process_state s = other->machine.state();
    const bool comes =
        s == process_state::starting || s == process_state::blocked || s == process_state::waiting;
    // Of one that has not been looked at yet when the agent begins: it is stopped, and wanted.
    const bool is_next = s == process_state::stopped && !other->saved && other->settings.autostart;
    if (comes || is_next) return cat("waits for ", name, ", which is ", name_of(s));
  }
  return {};
}

process_order supervisor::prepare(entry& e) {
  const nanoseconds now = s_.time.mono();
  if (s_.is_system_ending()) return e.machine.blocked(now, "the agent or the system is ending", false);
  if (std::string missing = missing_for(e); !missing.empty())
    return e.machine.blocked(now, std::move(missing), false);
  return look_at_ports(e);
}

// What becomes of it, to go on a sentence with.
std::string supervisor::end_holder(entry& e, const process_id& holder) const {
  if (const std::string why = s_.why_left_alone(holder); !why.empty())
    return cat(", which is left alone: ", why);
  const nanoseconds now = s_.time.mono();
  const auto [asked, is_new] = e.asked_holders.try_emplace(holder.start, now);
  const bool is_late = now - asked->second >= holder_grace;
  const auto told = is_late ? os::kill_process(holder) : os::ask_process_to_end(holder);
  if (!told) return cat(", which cannot be ended: ", told.error().message);
  return is_late ? ", which is killed" : ", which is asked to end";
}

process_order supervisor::look_at_ports(entry& e) {
  const nanoseconds now = s_.time.mono();
  for (const config::port_settings& port : e.settings.ports) {
    const std::optional<port_holder> holder = s_.holder_of(port);
    if (!holder) continue;
    std::string why = cat("port ", to_text(port), " is held by ", holder->description);
    if (e.settings.port_taken == "fail") {
      report(e, process_change::cannot_start, why);
      return e.machine.refused(now, std::move(why));
    }
    if (e.settings.port_taken == "stop-holder" && holder->id.pid != 0) why += end_holder(e, holder->id);
    const bool is_news = e.machine.failure() != why;
    const process_order next = e.machine.blocked(now, why, true);
    if (is_news) report(e, process_change::blocked, std::move(why));
    return next;
  }
  e.asked_holders.clear();
  return e.machine.ready(now);
}

os::keeper_host::on_news supervisor::listener(entry& e, std::uint64_t incarnation, bool hook) {
  std::weak_ptr<entry> weak;
  for (const entry_ptr& p : entries_)
    if (p.get() == &e) weak = p;
  return [this, weak, incarnation, hook](const os::keeper_record& r) {
    s_.later([this, weak, incarnation, hook, r] {
      const entry_ptr alive = weak.lock();
      if (!alive) return;
      if (hook && alive->hook_incarnation == incarnation) on_hook_news(*alive, r);
      if (!hook && alive->machine.incarnation() == incarnation) on_news(*alive, r);
      settle();
    });
  };
}

process_order supervisor::launch(entry& e) {
  for (const std::string& file : e.settings.temporary_files)
    (void)os::remove_state_file(file); // of a run that the machine's end cut short
  const auto give_up = [&](const error& why) {
    const process_order next = e.machine.start_failed(s_.time.mono(), why.message, s_.chance());
    report(e, process_change::cannot_start, why.message);
    if (e.machine.state() == process_state::given_up) report(e, process_change::given_up, why.message);
    return next;
  };
  if (auto made = os::make_private_folder(e.folder); !made) return give_up(made.error());
  const auto command = command_of(e.settings, e.own_output());
  if (!command) return give_up(command.error());
  const std::uint64_t incarnation = e.machine.incarnation();
  e.record = {};
  e.is_adopted = false;
  auto made = s_.keepers.launch({e.folder, e.settings.name, incarnation, e.fingerprint}, *command,
                                listener(e, incarnation, false));
  if (!made) return give_up(made.error());
  e.keeper = *std::move(made);
  return process_order::none;
}

process_order supervisor::run_hook(entry& e, process_order which) {
  e.hook_kind = which;
  const config::command_words& words = hook_words(e.settings, which);
  if (words.empty()) return hook_over(e, true, {}); // only files to remove
  const std::string folder = cat(e.folder, "/hook");
  if (auto made = os::make_private_folder(folder); !made) return hook_over(e, false, made.error().message);
  std::vector<std::pair<std::string, std::string>> more{{"REEVE_PROCESS", e.settings.name},
                                                        {"REEVE_HOOK", hook_name(which)}};
  if (e.record.program.pid != 0) more.emplace_back("REEVE_PID", cat(e.record.program.pid));
  if (e.machine.last_end()) more.emplace_back("REEVE_LAST_END", to_text(*e.machine.last_end()));
  const auto command = hook_of(e.settings, words, std::move(more), e.hook_output());
  if (!command) return hook_over(e, false, command.error().message);
  // Wall-clock time is larger than that of any hook before, also of another agent.
  e.hook_incarnation =
      std::max(e.hook_incarnation + 1, static_cast<std::uint64_t>(s_.time.unix_time().count()));
  auto made = s_.keepers.launch({folder, cat(e.settings.name, " ", hook_name(which)), e.hook_incarnation, {}},
                                *command, listener(e, e.hook_incarnation, true));
  if (!made) return hook_over(e, false, made.error().message);
  e.hook = *std::move(made);
  return process_order::none;
}

process_order supervisor::hook_over(entry& e, bool is_good, std::string why) {
  e.hook.reset();
  if (e.hook_kind == process_order::clean_up)
    for (const std::string& file : e.settings.temporary_files)
      if (const auto removed = os::remove_state_file(file); !removed) {
        is_good = false;
        why = removed.error().message;
      }
  if (!is_good) report(e, process_change::hook_failed, cat(hook_name(e.hook_kind), ": ", why));
  const process_order next = e.machine.hook_done(s_.time.mono(), is_good, std::move(why), s_.chance());
  tell_end(e);
  if (!is_good && e.hook_kind == process_order::run_pre_start && e.machine.is_wanted())
    report(e, process_change::cannot_start, e.machine.failure());
  if (e.machine.state() == process_state::given_up)
    report(e, process_change::given_up,
           e.machine.failure().empty() && e.machine.last_end() ? to_text(*e.machine.last_end())
                                                               : e.machine.failure());
  return next;
}

void supervisor::on_hook_news(entry& e, const os::keeper_record& r) {
  switch (r.phase) {
  case os::keep_phase::starting:
  case os::keep_phase::running:
    return;
  case os::keep_phase::taken: {
    // Of an agent that is gone: it ends first, and then this one is begun again.
    const std::uint64_t incarnation = e.hook_incarnation;
    os::found_keeper found = s_.keepers.adopt(
        cat(e.folder, "/hook"), [again = listener(e, incarnation, true)](os::keeper_record other) {
          other.phase = os::keep_phase::taken;
          again(other);
        });
    e.hook = std::move(found.alive);
    if (e.hook)
      (void)e.hook->kill();
    else
      obey(e, run_hook(e, e.hook_kind));
    return;
  }
  case os::keep_phase::ended:
    obey(e, hook_over(e, !is_failure(r.end), to_text(r.end)));
    return;
  case os::keep_phase::failed:
    obey(e, hook_over(e, false, r.failure));
    return;
  case os::keep_phase::lost:
    obey(e, hook_over(e, false, "its keeper was killed"));
    return;
  }
}

process_order supervisor::climb(entry& e) {
  const config::stop_rung& rung = rungs_of(e.settings)[e.machine.rung()];
  result<> asked;
  if (!e.keeper) {
    asked = error{errc::not_found, "it has no keeper", 0};
  } else if (rung.command.empty()) {
    asked = e.keeper->ask(request_of(rung));
  } else {
    const std::string folder = cat(e.folder, "/stop");
    const auto command = hook_of(
        e.settings, rung.command,
        {{"REEVE_PROCESS", e.settings.name}, {"REEVE_PID", cat(e.record.program.pid)}}, e.hook_output());
    if (!command) {
      asked = command.error();
    } else if (auto made = os::make_private_folder(folder); !made) {
      asked = made.error();
    } else {
      auto run =
          s_.keepers.launch({folder, cat(e.settings.name, " stop"), 0, {}}, *command, [](const auto&) {});
      if (run)
        e.stop_command = *std::move(run);
      else
        asked = run.error();
    }
  }
  report(e, process_change::asked, asked ? to_text(rung) : cat(to_text(rung), ": ", asked.error().message));
  return asked ? process_order::none : e.machine.rung_failed(s_.time.mono());
}

void supervisor::on_news(entry& e, const os::keeper_record& r) {
  const nanoseconds now = s_.time.mono();
  switch (r.phase) {
  case os::keep_phase::starting:
    return;
  case os::keep_phase::running:
    e.read_record_at.reset();
    if (std::exchange(e.record, r).program.pid != 0) return; // a daemon has gone to the background
    {
      const process_order next = e.machine.started(now);
      report(e, process_change::started, {});
      obey(e, next);
    }
    return;
  case os::keep_phase::taken:
    on_taken(e);
    return;
  case os::keep_phase::failed: {
    e.keeper.reset();
    const process_order next = e.machine.start_failed(now, r.failure, s_.chance());
    report(e, process_change::cannot_start, r.failure);
    if (e.machine.state() == process_state::given_up) report(e, process_change::given_up, r.failure);
    obey(e, next);
    return;
  }
  case os::keep_phase::ended:
  case os::keep_phase::lost:
    break;
  }
  e.read_record_at.reset();
  if (e.record.program.pid == 0) e.record = r;
  const bool was_asked = e.machine.state() == process_state::stopping ||
                         e.machine.state() == process_state::killing ||
                         e.machine.state() == process_state::stuck;
  const std::string how = cat(
      to_text(r.end), r.is_out_of_memory ? cat(", out of memory", memory_limit_of(e.settings)) : "",
      r.phase == os::keep_phase::lost ? ", since its keeper was killed" : "",
      r.output_lost_bytes != 0 ? cat(", ", r.output_lost_bytes, " bytes of its output could not be written")
                               : "");
  const bool never_told = e.machine.state() == process_state::starting && !e.hook;
  const process_order next =
      never_told ? e.machine.ended_meanwhile(now, e.record.program.pid != 0 ? mono_of(r.started_unix) : now,
                                             r.end, s_.chance())
                 : e.machine.ended(now, r.end, s_.chance());
  e.open_end = {was_asked ? process_change::stopped : process_change::ended,
                e.settings.name,
                e.record.program.pid,
                how,
                {},
                r.end,
                e.record.started_unix,
                r.ended_unix};
  tell_end(e);
  e.keeper.reset();
  if (e.stop_command) (void)e.stop_command->kill();
  e.stop_command.reset();
  if (e.machine.state() == process_state::given_up) report(e, process_change::given_up, how);
  obey(e, next);
}

} // namespace reeve::supervise
