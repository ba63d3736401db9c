// SPDX-License-Identifier: Apache-2.0
#include "remedies.hpp"

#include "reeve/app/agent_events.hpp"
#include "reeve/app/rule_status.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/time_zone.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace reeve::app {

namespace {

using kind = remedy::remedy_event::kind;

const agent_event& event_of(kind what) {
  switch (what) {
  case kind::told:
    return events::remedy_told;
  case kind::would_act:
    return events::remedy_would_act;
  case kind::began:
    return events::remedy_began;
  case kind::succeeded:
    return events::remedy_succeeded;
  case kind::failed:
    return events::remedy_failed;
  case kind::ineffective:
    return events::remedy_ineffective;
  case kind::refused:
    return events::remedy_refused;
  case kind::given_up:
    return events::remedy_given_up;
  case kind::reset:
    return events::remedy_reset;
  case kind::silenced:
    return events::remedy_silenced;
  case kind::closed_unknown:
    return events::remedy_closed_unknown;
  case kind::audit_failed:
    return events::remedy_audit_failed;
  case kind::audit_restored:
    return events::remedy_audit_restored;
  case kind::dropped:
    break;
  }
  return events::remedy_dropped;
}

rules::label_list ordered(const webhook::labels& labels) {
  rules::label_list out(labels.begin(), labels.end());
  std::ranges::sort(out);
  return out;
}

} // namespace

remedies::remedies(boost::asio::io_context& loop, const clock& time, event_router& events, logger& log,
                   managed_processes& processes, plugin_host::socket_table_service& sockets)
    : time_(time), events_(events), log_(log),
      machine_(loop, time, log, processes, sockets, [this] { after(); }),
      engine_(time, machine_, std::string(os::os_name()), [this](const remedy::remedy_event& e) { told(e); }),
      due_(loop) {}

void remedies::apply(const config::settings& s) {
  const bool is_wanted = !s.rules.empty() || (s.webhook && !s.webhook->alerts.empty());
  if (is_wanted && !audit_) {
    folder_ = state_folder_of(s);
    audit_.emplace(folder_, time_);
  }
  if (!folder_.empty()) machine_.keep_dumps(cat(folder_, "/dumps"), s.remedy.dumps);
  if (audit_) audit_->set_limits(s.remedy.audit_max_size, s.remedy.audit_max_files);
  open_audit_log();
  remedy::engine_settings next;
  next.remedy = s.remedy;
  for (const config::rule_settings& r : s.rules)
    next.responses.push_back({r.name, r});
  if (s.webhook)
    for (const config::webhook_alert_settings& a : s.webhook->alerts)
      next.responses.push_back({a.name, a});
  for (const config::maintenance_settings& m : s.maintenance) {
    auto zone = os::load_time_zone(m.time_zone);
    if (zone)
      next.windows.push_back({m, *std::move(zone)});
    else
      log_.write(log_level::error, "remedy", "a maintenance window is left out",
                 {{"name", m.name}, {"reason", zone.error().message}});
  }
  engine_.apply(std::move(next));
  after();
}

// Without its folder another agent writes into that log: this one must not, and refuses to act, or acts unrecorded.
void remedies::open_audit_log() {
  if (!audit_) return;
  const bool had_folder = audit_->has_folder();
  if (!audit_->advance()) return;
  // First also without the folder: what is silenced stays so for an agent that acts unrecorded. Then anew: whoever had it may
  // have written since.
  const bool is_first = !std::exchange(is_memory_read_, true);
  if (is_first || (!had_folder && audit_->has_folder())) read_memory();
  engine_.use_audit_log(audit_->log(), audit_->problem());
}

void remedies::read_memory() {
  const std::string file = cat(folder_, "/remedies");
  if (const auto text = os::read_state_file(file)) {
    if (const auto read = engine_.from_text(*text); !read) {
      if (!audit_->has_folder()) return;
      (void)os::put_state_file_aside(file);
      log_.write(log_level::error, "remedy", "what an earlier agent knew cannot be used and is put aside",
                 {{"file", cat(file, ".bad")}, {"reason", read.error().message}});
    }
  }
}

void remedies::on_change(const rules::alert_change& change) {
  engine_.on_change(change);
  after();
}

bool remedies::take(const webhook::delivery& d) {
  remedy::external_alert a;
  a.mapping = d.mapping;
  a.fingerprint = d.what.fingerprint;
  a.starts_at = d.what.starts_at;
  a.labels = ordered(d.what.all_labels);
  a.is_firing = !d.what.is_resolved;
  const auto taken = engine_.accept(a);
  after();
  return taken || taken.error().code != errc::limit;
}

void remedies::cancel() {
  is_cancelled_ = true;
  due_.cancel();
  save();
}

result<> remedies::reset(std::string_view name, std::string_view by) {
  auto out = engine_.reset(name, by);
  after();
  return out;
}

result<std::uint64_t> remedies::silence(remedy::silence s) {
  auto out = engine_.add_silence(std::move(s));
  after();
  return out;
}

result<> remedies::remove_silence(std::uint64_t id, std::string_view by) {
  auto out = engine_.remove_silence(id, by);
  after();
  return out;
}

void remedies::told(const remedy::remedy_event& e) {
  const log_field rule{"rule", e.source}, labels{"labels", bare_label_text(e.labels)},
      action{"action", e.action}, target{"target", e.target}, reason{"reason", e.why},
      guard{"guard", e.guard}, value{"value", e.value};
  events_.report(event_of(e.what), {rule, labels, action, target, reason, guard, value});
}

void remedies::after() {
  save(); // also of an agent that ends: it has said that it took a silence
  if (is_cancelled_) return;
  const auto at = engine_.next_wake();
  if (!at) {
    due_.cancel();
    return;
  }
  due_.expires_after(std::max(nanoseconds(0), *at - time_.mono()));
  due_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || is_cancelled_) return;
    open_audit_log();
    engine_.advance();
    after();
  });
}

void remedies::save() {
  if (!audit_ || !audit_->has_folder() || engine_.version() == saved_version_) return;
  if (os::write_state_file(cat(folder_, "/remedies"), engine_.to_text())) saved_version_ = engine_.version();
}

} // namespace reeve::app
