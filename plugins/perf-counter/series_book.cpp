// SPDX-License-Identifier: Apache-2.0
#include "series_book.hpp"

#include "label_text.hpp"
#include "metric_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace reeve::perf_counter {

double counter_value::next(double raw, std::uint64_t identity) noexcept {
  if (!seen_) {
    seen_ = true;
  } else if (identity != identity_) {
    base_ = raw;
  } else if (raw < raw_) {
    if (raw >= raw_ / 2) return raw_ - base_;
    base_ = 0;
  }
  identity_ = identity;
  raw_ = raw;
  return raw_ - base_;
}

series_book::series_book(const options& o) : options_(o), left_out_(o.counters.size()) {
  for (std::uint32_t i = 0; i < o.counters.size(); ++i) {
    const std::uint32_t number = o.counters[i].number;
    if (number >= ours_.size()) ours_.resize(number + 1, not_ours);
    if (ours_[number] == not_ours) ours_[number] = i; // asked for twice: the first says how it is shown
  }
}

series_book::column& series_book::resolve(const sdk::host& host, const sdk::call& call,
                                          const counter_rows& rows, std::uint32_t measure,
                                          const wanted_counter& from) {
  column& c = columns_[measure];
  if (c.resolved) return c;
  c.resolved = true;
  const reeve_counter_measure& m = rows.measure(measure);
  const std::string_view of_host = rows.text(m.name);
  const std::string name =
      std::string(name_prefix) + (from.metric.empty() ? std::string(of_host) : from.metric);
  const std::string_view unit = from.metric.empty() ? rows.text(m.unit) : unit_of(from.metric);
  const std::uint32_t kind = from.kind != 0 ? from.kind : m.kind;
  std::array<std::string_view, 2> keys{rows.text(m.label_keys[0]), rows.text(m.label_keys[1])};
  if (!from.label.empty() && !keys[0].empty()) keys[0] = from.label;
  c.counts = kind == REEVE_COUNTER;
  c.scale = from.scale;
  c.keys = keys[0].empty() ? 0 : keys[1].empty() ? 1 : 2;
  const auto how = c.counts ? sdk::kind::counter : sdk::kind::gauge;
  const std::string_view help = from.help.empty() ? rows.text(m.help) : std::string_view(from.help);
  try {
    if (c.keys == 0)
      c.family = host.family(call, how, name, help, {}, unit);
    else if (c.keys == 1)
      c.family = host.family(call, how, name, help, {keys[0]}, unit);
    else
      c.family = host.family(call, how, name, help, {keys[0], keys[1]}, unit);
  } catch (const sdk::failure& why) { // another counter has the name in another shape; the host says which
    c.refused = true;
    host.log(REEVE_WARN, from.shown + " is left out: " + why.what());
  }
  return c;
}

series_book::series* series_book::find(const sdk::host& host, const sdk::call& call, const counter_rows& rows,
                                       const reeve_counter_row& row, std::uint32_t position) {
  const wanted_counter& from = options_.counters[position];
  column& c = resolve(host, call, rows, row.measure, from);
  if (c.refused) return nullptr;
  const std::string_view labels[] = {rows.text(row.labels[0]), rows.text(row.labels[1])};
  // Two measures may be one family (the same name given twice), so the family is what tells series apart.
  key_ = std::to_string(c.family);
  std::array<std::pair<std::size_t, std::size_t>, 2> places{};
  for (std::uint32_t i = 0; i < c.keys; ++i) {
    key_ += '\0';
    places[i].first = key_.size();
    append_label(key_, labels[i]);
    places[i].second = key_.size() - places[i].first;
  }
  const auto known = all_.find(key_);
  if (known != all_.end()) return known->second.get();
  if (c.live >= options_.max_instances) {
    ++left_out_[position];
    return nullptr;
  }
  auto made = std::make_unique<series>();
  made->measure = row.measure;
  for (std::uint32_t i = 0; i < 2; ++i)
    made->labels[i] = labels[i];
  std::array<reeve_label, 2> shown{};
  for (std::uint32_t i = 0; i < c.keys; ++i)
    shown[i] = sdk::label(std::string_view(key_).substr(places[i].first, places[i].second));
  made->handle = host.series(call, c.family, {shown.data(), c.keys});
  ++c.live;
  return all_.emplace(key_, std::move(made)).first->second.get();
}

reeve_status series_book::write(const sdk::host& host, const sdk::call& call, const counter_rows& rows) {
  ++writing_;
  columns_.resize(std::max(columns_.size(), rows.measures()));
  std::fill(left_out_.begin(), left_out_.end(), 0);
  live_.clear();
  order_.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const reeve_counter_row& row = rows.row(i);
    const std::uint32_t position = row.request < ours_.size() ? ours_[row.request] : not_ours;
    if (position == not_ours || row.measure >= columns_.size()) {
      order_[i] = nullptr;
      continue;
    }
    series* s = order_[i];
    if (!s || s->measure != row.measure || s->labels[0] != rows.text(row.labels[0]) ||
        s->labels[1] != rows.text(row.labels[1]))
      s = order_[i] = find(host, call, rows, row, position);
    if (!s) continue;
    if (s->written != writing_) {
      s->written = writing_;
      s->raw = 0;
      s->identity = 0;
      live_.push_back(s);
    }
    s->raw += row.value;
    s->identity += row.identity;
    if (i % 1024 == 1023) call.check();
  }
  drop_unseen(host, call);
  sdk::emitter out(host, call);
  for (series* s : live_) {
    const column& c = columns_[s->measure];
    const double shown = c.counts ? s->value.next(s->raw, s->identity) : s->raw;
    out.point(s->handle, shown * c.scale);
  }
  return out.flush();
}

void series_book::drop_unseen(const sdk::host& host, const sdk::call& call) {
  if (live_.size() == all_.size()) return;
  std::fill(order_.begin(), order_.end(), nullptr); // it may point at some that go
  for (auto at = all_.begin(); at != all_.end();) {
    series& s = *at->second;
    if (s.written == writing_) {
      ++at;
      continue;
    }
    host.drop(call, s.handle);
    --columns_[s.measure].live;
    at = all_.erase(at);
  }
}

} // namespace reeve::perf_counter
