// SPDX-License-Identifier: Apache-2.0
#include "reeve/webhook/intake.hpp"

#include "alert_matcher.hpp"
#include "seen_alerts.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace reeve::webhook {

namespace {

// A resolved alert has the beginning of the firing one.
constexpr std::string_view resolved_mark = " resolved";
std::string key_of_firing(const alert& a) {
  return cat(a.fingerprint, " ", a.starts_at.count());
}
std::string key_of(const alert& a) {
  return cat(key_of_firing(a), a.is_resolved ? resolved_mark : "");
}

std::size_t bytes_of(const delivery& d) {
  return sizeof(d) + webhook::bytes_of(d.what.all_labels) + webhook::bytes_of(d.what.annotations) +
         d.what.generator_url.size();
}

} // namespace

const char* name_of(alert_result r) noexcept {
  static constexpr const char* names[] = {"queued", "duplicate", "unmatched", "resolved"};
  return names[static_cast<std::size_t>(r)];
}

namespace {

// When those that are resolved began, by fingerprint. What it was made of must outlive it.
class ended_alerts {
 public:
  explicit ended_alerts(const std::vector<delivery>& resolved) {
    for (const delivery& d : resolved) {
      nanoseconds& latest = latest_.try_emplace(d.what.fingerprint, d.what.starts_at).first->second;
      latest = std::max(latest, d.what.starts_at);
    }
  }
  bool include(const delivery& d) const {
    const auto found = latest_.find(d.what.fingerprint);
    return found != latest_.end() && d.what.starts_at <= found->second;
  }

 private:
  std::unordered_map<std::string_view, nanoseconds> latest_;
};

// Deliveries in the order they came, and how much they hold.
class line {
 public:
  // Of one body alone there is always room for the text: it is as long as a body may be.
  bool has_room(const std::vector<delivery>& more, std::size_t most) const {
    std::size_t bytes = bytes_;
    for (const delivery& d : more)
      bytes += bytes_of(d);
    return waiting_.size() + more.size() <= most && (waiting_.empty() || bytes <= intake::most_queued_bytes);
  }
  void add(std::vector<delivery> more) {
    for (delivery& d : more) {
      bytes_ += bytes_of(d);
      waiting_.push_back(std::move(d));
    }
  }
  void pop_front() {
    bytes_ -= bytes_of(waiting_.front());
    waiting_.pop_front();
  }
  void drop(const ended_alerts& ended) {
    std::erase_if(waiting_, [&](const delivery& d) {
      if (!ended.include(d)) return false;
      bytes_ -= bytes_of(d);
      return true;
    });
  }
  delivery* front() noexcept { return waiting_.empty() ? nullptr : &waiting_.front(); }
  std::size_t size() const noexcept { return waiting_.size(); }

 private:
  std::deque<delivery> waiting_;
  std::size_t bytes_ = 0;
};

} // namespace

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
  void note_seen(const std::vector<delivery>& taken) {
    for (const delivery& d : taken)
      seen.add(key_of(d.what), time.mono());
  }

  const clock& time;
  std::vector<mapping> mappings;
  std::size_t most_queued = 0;
  seen_alerts seen{most_remembered, remembered_for};
  line resolved, firing;
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
  const std::size_t all = read->alerts.size();
  intake_counters counted = counters_;
  counted.truncated += read->truncated_alerts;
  std::vector<delivery> firing, resolved;
  std::unordered_set<std::string> of_this_body;
  for (alert& a : read->alerts) {
    auto& by_result = counted.alerts[a.is_resolved ? 1 : 0];
    const auto count = [&](alert_result r) { ++by_result[static_cast<std::size_t>(r)]; };
    const state::mapping* to = state_->mapping_of(a);
    // A reload may have taken away what it matched when it was handed over: its end is waited for all the same.
    const bool was_handed_over = state_->seen.is_repeat(key_of_firing(a), now);
    if (!to && !(a.is_resolved && was_handed_over)) {
      count(alert_result::unmatched);
      continue;
    }
    std::string key = key_of(a);
    const bool is_over = !a.is_resolved && state_->seen.is_repeat(cat(key, resolved_mark), now);
    if (is_over || state_->seen.is_repeat(key, now) || !of_this_body.insert(std::move(key)).second) {
      count(alert_result::duplicate);
      continue;
    }
    count(a.is_resolved ? alert_result::resolved : alert_result::queued);
    (a.is_resolved ? resolved : firing).push_back({to ? to->name : std::string(), std::move(a)});
  }

  const std::size_t taken = firing.size() + resolved.size();
  if (taken > state_->most_queued)
    return {413, cat("the body: ", taken, " alerts are more than the whole queue holds, which are ",
                     state_->most_queued, "; raise webhook.queue or set max_alerts of the receiver\n")};
  const auto full = [this](std::size_t more) {
    return answer{503, cat(waiting(), " alerts wait and there is no room for ", more,
                           " more; none was taken but those that are resolved. Try again later.\n")};
  };
  if (!state_->resolved.has_room(resolved, state_->most_queued)) return full(taken);
  {
    const ended_alerts ended(resolved);
    std::erase_if(firing, [&](const delivery& d) {
      if (!ended.include(d)) return false;
      state_->seen.add(key_of(d.what), now);
      return true;
    });
    state_->firing.drop(ended);
  }
  state_->note_seen(resolved);
  const std::size_t ends = resolved.size();
  state_->resolved.add(std::move(resolved));
  if (!state_->firing.has_room(firing, state_->most_queued)) {
    counters_.alerts[1][static_cast<std::size_t>(alert_result::resolved)] += ends;
    return full(firing.size());
  }
  state_->note_seen(firing);
  state_->firing.add(std::move(firing));
  counters_ = counted;
  return {200, cat("taken: ", taken, " of ", all, " alerts\n")};
}

delivery* intake::front() noexcept {
  delivery* const ended = state_->resolved.front();
  return ended ? ended : state_->firing.front();
}

void intake::pop_front() {
  (state_->resolved.front() ? state_->resolved : state_->firing).pop_front();
}

std::size_t intake::waiting() const noexcept {
  return state_->resolved.size() + state_->firing.size();
}

} // namespace reeve::webhook
