// SPDX-License-Identifier: Apache-2.0
#include "reeve/webhook/intake.hpp"

#include "alert_matcher.hpp"
#include "seen_alerts.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <deque>
#include <unordered_set>
#include <utility>
#include <vector>

namespace reeve::webhook {

namespace {

// A resolved alert has the beginning of the firing one.
std::string key_of(const alert& a) {
  return cat(a.fingerprint, " ", a.starts_at.count(), a.is_resolved ? " resolved" : "");
}

std::size_t bytes_of(const labels& all) {
  std::size_t out = 0;
  for (const auto& [name, value] : all)
    out += name.size() + value.size();
  return out;
}

std::size_t bytes_of(const delivery& d) {
  return sizeof(d) + bytes_of(d.what.all_labels) + bytes_of(d.what.annotations) + d.what.generator_url.size();
}

} // namespace

const char* name_of(alert_result r) noexcept {
  static constexpr const char* names[] = {"queued", "duplicate", "unmatched", "resolved"};
  return names[static_cast<std::size_t>(r)];
}

struct intake::state {
  explicit state(const clock& t) : time(t) {}

  struct mapping {
    std::string name;
    alert_matcher matcher;
  };
  const mapping* mapping_of(const alert& a) const {
    const auto found =
        std::ranges::find_if(mappings, [&](const mapping& m) { return m.matcher.accepts(a.all_labels); });
    return found == mappings.end() ? nullptr : &*found;
  }

  const clock& time;
  std::vector<mapping> mappings;
  std::size_t most_queued = 0;
  seen_alerts seen{most_remembered, remembered_for};
  std::deque<delivery> queue;
  std::size_t queued_bytes = 0;
};

intake::intake(const config::webhook_settings& settings, const clock& time)
    : state_(std::make_unique<state>(time)) {
  apply(settings);
}

intake::~intake() = default;

void intake::apply(const config::webhook_settings& settings) {
  state_->mappings.clear();
  for (const config::webhook_alert_settings& a : settings.alerts)
    state_->mappings.push_back({a.name, alert_matcher(a.match)});
  state_->most_queued = settings.queue;
}

answer intake::receive(std::string_view body) {
  counters_.body_bytes += body.size();
  auto read = parse_alertmanager(body);
  if (!read) return {400, cat(read.error().message, "\n")};

  const nanoseconds now = state_->time.mono();
  intake_counters counted = counters_;
  counted.truncated += read->truncated_alerts;
  std::vector<delivery> wanted;
  std::vector<std::string> keys;
  std::unordered_set<std::string> of_this_body;
  std::size_t bytes = 0;
  for (alert& a : read->alerts) {
    auto& by_result = counted.alerts[a.is_resolved ? 1 : 0];
    const auto count = [&](alert_result r) { ++by_result[static_cast<std::size_t>(r)]; };
    const state::mapping* to = state_->mapping_of(a);
    if (!to) {
      count(alert_result::unmatched);
      continue;
    }
    std::string key = key_of(a);
    if (state_->seen.is_repeat(key, now) || !of_this_body.insert(key).second) {
      count(alert_result::duplicate);
      continue;
    }
    count(a.is_resolved ? alert_result::resolved : alert_result::queued);
    keys.push_back(std::move(key));
    wanted.push_back({to->name, std::move(a)});
    bytes += bytes_of(wanted.back());
  }

  if (wanted.size() > state_->most_queued || bytes > most_queued_bytes)
    return {413, cat("the body: ", wanted.size(), " alerts are more than the whole queue holds, which are ",
                     state_->most_queued, "; raise webhook.queue or set max_alerts of the receiver\n")};
  if (state_->queue.size() + wanted.size() > state_->most_queued ||
      state_->queued_bytes + bytes > most_queued_bytes)
    return {503, cat(state_->queue.size(), " alerts wait and there is no room for ", wanted.size(),
                     " more; none was taken. Try again later.\n")};
  counters_ = counted;
  for (std::string& key : keys)
    state_->seen.add(std::move(key), now);
  const std::size_t taken = wanted.size();
  std::ranges::move(wanted, std::back_inserter(state_->queue));
  state_->queued_bytes += bytes;
  return {200, cat("taken: ", taken, " of ", read->alerts.size(), " alerts\n")};
}

const delivery* intake::front() const noexcept {
  return state_->queue.empty() ? nullptr : &state_->queue.front();
}

void intake::pop_front() {
  state_->queued_bytes -= bytes_of(state_->queue.front());
  state_->queue.pop_front();
}

std::size_t intake::waiting() const noexcept {
  return state_->queue.size();
}

} // namespace reeve::webhook
