// SPDX-License-Identifier: Apache-2.0
#include "alert_tracker.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace reeve::rules {

namespace {

constexpr std::uint64_t history_bits(std::uint32_t of) noexcept {
  return of >= 64 ? std::numeric_limits<std::uint64_t>::max() : (std::uint64_t{1} << of) - 1;
}

// As in Prometheus, a label that a rule sets to nothing is taken away.
label_list labels_of(const rule& of, const sample& s) {
  label_list out;
  for (const label& l : s.labels->others())
    if (std::ranges::find(of.labels, l.name, &label_list::value_type::first) == of.labels.end())
      out.emplace_back(l.name, l.value);
  std::ranges::copy_if(of.labels, std::back_inserter(out), [](const auto& l) { return !l.second.empty(); });
  std::ranges::sort(out);
  return out;
}

std::string text_of(const label_list& labels) {
  std::string out = "{";
  for (const auto& [name, value] : labels)
    out += cat(out.size() > 1 ? ", " : "", name, "=", quoted(value));
  return out + "}";
}

} // namespace

alert_tracker::tracked& alert_tracker::find_or_make(const rule& of, const sample& s) {
  const std::uint64_t id = s.labels->id();
  if (const auto at = by_sample_.find(id); at != by_sample_.end()) return *at->second;
  label_list labels = labels_of(of, s);
  tracked& t = known_[labels];
  if (t.sample_id != 0) by_sample_.erase(t.sample_id);
  t.sample_id = id;
  by_sample_[id] = &t;
  t.who.rule = of.name;
  t.who.labels = std::move(labels);
  return t;
}

void alert_tracker::forget_idle() {
  std::erase_if(known_, [&](const known_alerts::value_type& entry) {
    if (!entry.second.is_idle()) return false;
    by_sample_.erase(entry.second.sample_id);
    return true;
  });
}

result<> alert_tracker::take(const rule& of, std::span<const sample> samples, std::int64_t now_ms,
                             std::vector<alert_change>& changes) {
  constexpr std::size_t most = rule_set::most_alerts;
  is_known_ = false;
  if (samples.size() > most)
    return error{errc::limit, cat("the result has ", samples.size(), " samples, more than ", most), 0};
  ++evaluation_;
  for (const sample& s : samples) {
    tracked& t = find_or_make(of, s);
    if (t.seen_in == evaluation_) {
      std::string message = cat("two samples give an alert with the same labels ", text_of(t.who.labels));
      forget_idle();
      return error{errc::invalid_argument, std::move(message), 0};
    }
    t.seen_in = evaluation_;
    t.value = s.value;
  }
  is_known_ = true;
  if (known_.empty()) return {};
  // Those that go make room for those that come.
  std::size_t kept = 0, refused = 0;
  const auto each = [&](bool wants_new, auto&& f) {
    for (auto& [labels, t] : known_)
      if (t.is_idle() == wants_new && t.updated_in != evaluation_) f(t);
  };
  each(false, [&](tracked& t) {
    update(of, t, now_ms, changes);
    kept += t.is_idle() ? 0 : 1;
  });
  each(true, [&](tracked& t) {
    if (kept == most) {
      ++refused;
      return;
    }
    update(of, t, now_ms, changes);
    ++kept;
  });
  forget_idle();
  if (refused == 0) return {};
  return error{errc::limit, cat("there are ", most, " alerts, and no room for ", refused, " more"), 0};
}

void alert_tracker::update(const rule& of, tracked& t, std::int64_t now_ms,
                           std::vector<alert_change>& changes) {
  alert& a = t.who;
  t.updated_in = evaluation_;
  const auto tell = [&](alert_change::kind what) { changes.push_back({what, a}); };
  const bool holds = t.seen_in == evaluation_;
  t.history = ((t.history << 1) | (holds ? 1u : 0u)) & history_bits(of.of);
  if (holds) {
    a.value = t.value;
    a.held_last_ms = now_ms;
  }
  const bool counts = static_cast<std::uint32_t>(std::popcount(t.history)) >= of.times;
  const bool fires = t.is_active && a.is == alert::state::firing;
  if (!counts) {
    if (fires && !std::exchange(t.is_let_go, true)) t.let_go_ms = now_ms;
    if (!t.is_active || (fires && now_ms - t.let_go_ms < of.keep_firing_ms)) return;
    t.is_active = false;
    tell(fires ? alert_change::kind::resolved : alert_change::kind::cleared);
    return;
  }
  t.is_let_go = false;
  if (fires) return;
  const bool is_new = !std::exchange(t.is_active, true);
  if (is_new) {
    a.is = alert::state::pending;
    a.active_since_ms = now_ms;
    a.firing_since_ms = 0;
  }
  if (now_ms - a.active_since_ms >= of.hold_ms) {
    a.is = alert::state::firing;
    a.firing_since_ms = now_ms;
    tell(alert_change::kind::firing);
  } else if (is_new) {
    tell(alert_change::kind::pending);
  }
}

void alert_tracker::move(std::int64_t by_ms) {
  for (auto& [labels, t] : known_) {
    t.who.active_since_ms += by_ms;
    if (t.who.firing_since_ms != 0) t.who.firing_since_ms += by_ms;
    t.who.held_last_ms += by_ms;
    t.let_go_ms += by_ms;
  }
}

bool alert_tracker::holds(const label_list& labels) const {
  const auto found = known_.find(labels);
  return is_known_ && found != known_.end() && found->second.is_active && !found->second.is_let_go;
}

void alert_tracker::append_to(std::vector<alert>& out) const {
  for (const auto& [labels, t] : known_)
    if (t.is_active) out.push_back(t.who);
}

} // namespace reeve::rules
