// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/series_memory.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace reeve::rules {

namespace {

constexpr std::uint64_t stale_bits = 0x7ff0000000000002; // value.StaleNaN of Prometheus

bool is_before(const point& p, std::int64_t time_ms) noexcept {
  return is_range_left_open ? p.time_ms <= time_ms : p.time_ms < time_ms;
}

} // namespace

double stale_mark() noexcept {
  return std::bit_cast<double>(stale_bits);
}
bool is_stale(double value) noexcept {
  return std::bit_cast<std::uint64_t>(value) == stale_bits;
}

const point* series::latest(std::int64_t at_ms) const noexcept {
  const auto all = points();
  for (std::size_t i = all.size(); i-- > 0;) {
    const point& p = all[i];
    if (p.time_ms > at_ms) continue;
    return is_stale(p.value) || is_before(p, at_ms - lookback_ms) ? nullptr : &p;
  }
  return nullptr;
}

std::span<const point> series::between(std::int64_t from_ms, std::int64_t to_ms,
                                       std::vector<point>& room) const {
  const auto all = points();
  // Mostly all of them are wanted, but for one or two at the beginning.
  auto first = all.begin();
  const auto is_early = [&](const point& p) { return is_before(p, from_ms); };
  for (int i = 0; i < 2 && first != all.end() && is_early(*first); ++i)
    ++first;
  if (first != all.end() && is_early(*first)) first = std::partition_point(first, all.end(), is_early);
  auto last = all.end();
  if (first != last && all.back().time_ms > to_ms)
    last = std::partition_point(first, last, [&](const point& p) { return p.time_ms <= to_ms; });
  const std::span<const point> found(first, last);
  if (marks_ == 0) return found;
  room.clear();
  std::ranges::copy_if(found, std::back_inserter(room), [](const point& p) { return !is_stale(p.value); });
  return room;
}

series_memory::selection_id series_memory::select(const selector& s) {
  const std::int64_t reach = s.reach_ms();
  auto& alike = by_metric_[s.metric];
  auto at = std::ranges::find_if(alike, [&](selection_id id) { return selections_[id].what.selects_as(s); });
  if (at == alike.end()) {
    at = alike.insert(alike.end(), selections_.size());
    selections_.push_back({s, 0, {}});
    for (const auto& [text, held] : by_labels_)
      if (s.accepts(*held->labels_)) {
        selections_.back().taken.push_back(held.get());
        held->is_selected_ = true;
      }
    std::ranges::sort(selections_.back().taken, {}, &series::order_);
  }
  selection& which = selections_[*at];
  which.reach_ms = std::max(which.reach_ms, reach);
  for (series* const taken : which.taken)
    taken->reach_ms_ = std::max(taken->reach_ms_, reach);
  return *at;
}

void series_memory::clear_selections() {
  selections_.clear();
  by_metric_.clear();
  for (const auto& [text, held] : by_labels_) {
    held->reach_ms_ = 0;
    held->is_selected_ = false;
  }
}

bool series_memory::keeps(const selector& s) const {
  return std::ranges::any_of(selections_, [&](const selection& held) {
    const auto is_asked = [&](const matcher& m) {
      return std::ranges::find(s.matchers, m) != s.matchers.end();
    };
    return (held.what.metric.empty() || held.what.metric == s.metric) && held.reach_ms >= s.reach_ms() &&
           std::ranges::all_of(held.what.matchers, is_asked);
  });
}

void series_memory::copy_to(series_memory& other) const {
  std::vector<const series*> held;
  for (const auto& [text, s] : by_labels_)
    if (other.is_wanted(s->labels_->metric()) && !s->points().empty()) held.push_back(s.get());
  std::ranges::sort(held, {}, &series::order_);
  for (const series* const s : held) {
    const auto labels = s->labels_->others();
    const series_number to = other.find_or_make(
        label_set::make(s->labels_->metric(), {labels.begin(), labels.end()}), s->points().back().time_ms);
    for (const point& p : s->points())
      if (!other.append(to, p.time_ms, p.value)) break;
  }
}

bool series_memory::is_wanted(std::string_view metric) const {
  return by_metric_.contains("") || by_metric_.contains(std::string(metric));
}

template <class F>
void series_memory::each_selection_of(const label_set& labels, F&& f) {
  for (const std::string_view metric : {labels.metric(), std::string_view()}) {
    const auto at = by_metric_.find(std::string(metric));
    if (at != by_metric_.end())
      for (const selection_id id : at->second)
        if (selections_[id].what.accepts(labels)) f(selections_[id]);
    if (metric.empty()) break;
  }
}

void series_memory::note_lack(const label_set& labels, std::int64_t now_ms) {
  ++refused_;
  each_selection_of(labels, [&](selection& s) { s.lacks_until_ms = now_ms + s.reach_ms; });
}

series_memory::series_number series_memory::find_or_make(label_set_ptr labels, std::int64_t now_ms) {
  std::string text = labels->text();
  if (const auto at = by_labels_.find(text); at != by_labels_.end()) return at->second->number_;
  std::int64_t reach = -1;
  each_selection_of(*labels, [&](const selection& s) { reach = std::max(reach, s.reach_ms); });
  if (reach < 0) return 0;
  if (by_labels_.size() >= limits_.series) {
    note_lack(*labels, now_ms);
    return no_room;
  }
  auto made = std::make_unique<series>();
  made->labels_ = std::move(labels);
  made->reach_ms_ = reach;
  made->is_selected_ = true;
  const series_number number = place(*made);
  each_selection_of(*made->labels_, [&](selection& s) { s.taken.push_back(made.get()); });
  by_labels_.emplace(std::move(text), std::move(made));
  return number;
}

series_memory::series_number series_memory::place(series& made) {
  if (free_places_.empty()) {
    by_place_.push_back(nullptr);
    free_places_.push_back(static_cast<std::uint32_t>(by_place_.size()));
  }
  const std::uint32_t at = free_places_.back();
  free_places_.pop_back();
  by_place_[at - 1] = &made;
  made.order_ = ++last_order_;
  made.number_ = (made.order_ << 32) | at;
  return made.number_;
}

series* series_memory::find(series_number which) const noexcept {
  const std::size_t at = which & 0xFFFFFFFF;
  if (at == 0 || at > by_place_.size()) return nullptr;
  series* const found = by_place_[at - 1];
  return found && found->number_ == which ? found : nullptr;
}

bool series_memory::append(series_number to, std::int64_t time_ms, double value) {
  series* const found = find(to);
  if (!found) return false;
  series& s = *found;
  if (!s.points().empty() && s.points_.back().time_ms >= time_ms) {
    ++late_;
    return true;
  }
  // What no selection reaches any more makes room for it.
  const std::int64_t oldest = time_ms - s.reach_ms_;
  std::size_t gone = 0;
  const auto held = s.points();
  // One before the reach stays: it is the latest until the new one.
  while (limits_.forgets && gone + 1 < held.size() && held[gone + 1].time_ms < oldest)
    s.marks_ -= is_stale(held[gone++].value) ? 1 : 0;
  s.first_ += gone;
  points_ -= gone;
  if (points_ >= limits_.points) {
    note_lack(*s.labels_, time_ms);
    return true;
  }
  // Moved to the front rather than into more room, where enough is gone.
  if (s.points_.size() == s.points_.capacity() && s.first_ > s.points_.size() / 8) {
    s.points_.erase(s.points_.begin(), s.points_.begin() + static_cast<std::ptrdiff_t>(s.first_));
    s.first_ = 0;
  }
  s.points_.push_back({time_ms, value});
  s.marks_ += is_stale(value) ? 1 : 0;
  ++points_;
  return true;
}

void series_memory::end(series_number which, std::int64_t time_ms) {
  append(which, time_ms, stale_mark());
}

template <class F>
void series_memory::forget_if(F&& is_over) {
  bool any = false;
  for (const auto& [text, held] : by_labels_) {
    if (!is_over(*held)) continue;
    any = true;
    points_ -= held->points().size();
    const auto at = static_cast<std::uint32_t>(held->number_ & 0xFFFFFFFF);
    by_place_[at - 1] = nullptr;
    free_places_.push_back(at);
    held->number_ = 0;
  }
  if (!any) return;
  for (selection& s : selections_)
    std::erase_if(s.taken, [](const series* held) { return held->number_ == 0; });
  std::erase_if(by_labels_, [](const auto& entry) { return entry.second->number_ == 0; });
}

void series_memory::drop_unselected() {
  forget_if([](const series& s) { return !s.is_selected_; });
}

void series_memory::move(std::int64_t by_ms) {
  for (const auto& [text, held] : by_labels_)
    for (point& p : held->points_)
      p.time_ms += by_ms;
  for (selection& s : selections_)
    if (s.lacks_until_ms != std::numeric_limits<std::int64_t>::min()) s.lacks_until_ms += by_ms;
}

void series_memory::trim(std::int64_t now_ms) {
  forget_if([&](const series& s) {
    const auto held = s.points();
    return held.empty() || held.back().time_ms < now_ms - s.reach_ms_;
  });
}

memory_use series_memory::use() const noexcept {
  memory_use out{by_labels_.size(), points_, 0, refused_, late_};
  for (const auto& [text, held] : by_labels_)
    out.bytes +=
        sizeof(series) + held->labels_->bytes() + held->points_.capacity() * sizeof(point) + text.capacity();
  return out;
}

} // namespace reeve::rules
