// SPDX-License-Identifier: Apache-2.0
// What a supervisor does with the health checks of a process.
#include "entry.hpp"
#include "side_commands.hpp"

#include "reeve/base/strings.hpp"

#include <utility>

namespace reeve::supervise {

void supervisor::make_checks(entry& e) {
  e.health.reset();
  e.is_watched = e.is_told_unhealthy = false;
  if (e.settings.health.empty()) return;
  // Called by what the entry itself owns.
  const run_beside run = [this, &e](const std::string& program, const std::vector<std::string>& args,
                                    nanoseconds timeout, std::function<void(result<process_end>)> done) {
    config::command_words words{program};
    words.insert(words.end(), args.begin(), args.end());
    const auto command = hook_of(
        e.settings, words, {{"REEVE_PROCESS", e.settings.name}, {"REEVE_PID", cat(e.record.program.pid)}},
        cat(e.folder, "/checks.log"));
    if (!command) return s_.later([done = std::move(done), why = command.error()] { done(why); });
    beside_->run(cat(e.folder, "/check"), cat(e.settings.name, " check"), *command, timeout, std::move(done));
  };
  e.health = std::make_unique<process_health>(s_.time, s_.checks_of(e.settings, run), [this, &e] {
    follow_health(e);
    settle();
  });
  follow_health(e);
}

// After whatever may have changed the state of the process or of its checks.
void supervisor::follow_health(entry& e) {
  if (!e.health) return;
  const bool is_running = e.machine.state() == process_state::running;
  if (is_running && !std::exchange(e.is_watched, true)) {
    e.health->begin();
    e.health->advance();
  }
  if (!is_running && std::exchange(e.is_watched, false)) e.health->end();
  const bool is_unhealthy = is_running && e.health->state() == health_state::unhealthy;
  if (std::exchange(e.is_told_unhealthy, is_unhealthy) || !is_unhealthy) return;
  std::string why = "its check fails";
  for (const process_health::status& c : e.health->checks())
    if (c.check.state() == health_state::unhealthy)
      why = cat("its check ", c.name,
                " fails: ", c.check.last_answer() ? c.check.last_answer()->text : "no answer");
  report(e, process_change::unhealthy, why);
  if (e.settings.unhealthy != "restart") return;
  obey(e, e.machine.fail(s_.time.mono(), std::move(why)));
}

} // namespace reeve::supervise
