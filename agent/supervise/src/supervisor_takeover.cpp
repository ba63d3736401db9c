// SPDX-License-Identifier: Apache-2.0
// What a supervisor finds of an earlier one, and how it goes on from there.
#include "entry.hpp"

#include "memory_text.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/state_file.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

namespace {

constexpr nanoseconds record_interval = std::chrono::milliseconds(20);

} // namespace

nanoseconds supervisor::mono_of(nanoseconds unix_time) const {
  // A clock that was set meanwhile must not make it younger than nothing.
  const nanoseconds now = s_.time.mono();
  return std::min(now, unix_time - s_.time.unix_time() + now);
}

void supervisor::take_up(entry& e) {
  const nanoseconds now = s_.time.mono();
  const std::string file = cat(e.folder, "/state");
  const auto text = os::read_state_file(file);
  if (!text) {
    if (text.error().code != errc::not_found) report(e, process_change::state_unusable, text.error().message);
    // Without it, whoever keeps something there is found all the same.
    process_memory unknown;
    unknown.phase = process_phase::launched;
    os::found_keeper found = s_.keepers.adopt(e.folder, [](const auto&) {});
    if (found.alive && found.record) {
      unknown.incarnation = found.record->incarnation;
      (void)e.machine.remember(now, std::move(unknown));
      take_up_launched(e);
      return;
    }
    if (e.settings.autostart) obey(e, e.machine.start(now));
    return;
  }
  auto kept = kept_from_text(*text, {now, s_.time.unix_time()});
  if (!kept) {
    report(e, process_change::state_unusable,
           cat(file, ": ", kept.error().message, "; it is put aside as state.bad"));
    (void)os::put_state_file_aside(file);
    take_up(e);
    return;
  }
  e.saved = kept->memory;
  if (kept->boot != os::boot_id()) {
    // The machine was started again: nothing runs, and who was stopped by hand or given up gets another chance.
    process_memory& m = kept->memory;
    m.phase = process_phase::idle;
    m.next = process_state::stopped;
    m.policy.given_up = false;
    m.is_to_start_again = false;
    const restart_memory past = m.policy;
    (void)e.machine.remember(now, std::move(m));
    if (e.settings.autostart) obey(e, e.machine.start(now));
    return;
  }
  const process_phase phase = kept->memory.phase;
  const process_order next = e.machine.remember(now, std::move(kept->memory));
  if (phase == process_phase::launched)
    take_up_launched(e);
  else
    obey(e, next);
}

void supervisor::take_up_launched(entry& e) {
  const nanoseconds now = s_.time.mono();
  const std::uint64_t incarnation = e.machine.incarnation();
  os::found_keeper found = s_.keepers.adopt(e.folder, listener(e, incarnation, false));
  const bool is_ours = found.record && found.record->incarnation == incarnation;
  if (!found.alive && !is_ours) {
    // The agent ended between writing that it would start it and doing so.
    obey(e, process_order::launch);
    return;
  }
  if (!found.alive) {
    on_news(e, *found.record);
    return;
  }
  e.keeper = std::move(found.alive);
  e.is_adopted = true;
  if (!is_ours || found.record->phase != os::keep_phase::running) {
    e.read_record_at = now + record_interval; // it is still starting
    return;
  }
  e.record = *found.record;
  const process_order next = e.machine.go_on(now, mono_of(e.record.started_unix));
  report(e, process_change::adopted, {});
  obey(e, next);
  // The configuration changed while no agent was there.
  if (e.record.fingerprint != e.fingerprint && !e.is_removed && !e.settings.is_job && e.machine.is_wanted())
    obey(e, e.machine.restart(now));
}

// Another keeper was there before ours: one that an agent started right before it was gone.
void supervisor::on_taken(entry& e) {
  e.keeper.reset();
  take_up_launched(e);
}

void supervisor::read_record(entry& e) {
  e.read_record_at.reset();
  const auto text = os::read_state_file(cat(e.folder, "/record"));
  const auto r = text ? os::record_from_text(*text) : result<os::keeper_record>(text.error());
  if (r && r->incarnation == e.machine.incarnation() && r->phase == os::keep_phase::running) {
    on_news(e, *r);
    return;
  }
  // Its end is told by the host; until then it is looked at again.
  if (e.keeper) e.read_record_at = s_.time.mono() + record_interval;
}

void supervisor::stop_strays() {
  for (const std::string& name : os::folders_in(s_.folder)) {
    if (find(name)) continue;
    const std::string folder = cat(s_.folder, "/", name);
    config::process_settings unknown;
    unknown.name = name;
    unknown.stop_timeout = std::chrono::seconds(10);
    const os::found_keeper found = s_.keepers.adopt(folder, [](const auto&) {});
    if (!found.alive || !found.record) continue;
    entry& e = add(unknown);
    e.is_removed = true;
    process_memory m;
    m.phase = process_phase::launched;
    m.incarnation = found.record->incarnation;
    (void)e.machine.remember(s_.time.mono(), std::move(m));
    take_up_launched(e);
    report(e, process_change::stray, "no configuration names it");
    e.is_stop_due = true;
  }
}

} // namespace reeve::supervise
