// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/counter_service.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace reeve::plugin_host {

// The ABI's numbers are agent/os's, so that no table translates them.
static_assert(REEVE_GAUGE == static_cast<int>(os::counter_kind::gauge));
static_assert(REEVE_COUNTER == static_cast<int>(os::counter_kind::counter));
static_assert(REEVE_COUNTER_FILE == static_cast<int>(os::counter_origin::file));
static_assert(REEVE_COUNTER_MISSING == static_cast<int>(os::counter_state::missing));
static_assert(REEVE_COUNTER_FAILED == static_cast<int>(os::counter_state::failed));
static_assert(REEVE_COUNTER_FAILED + 1 == os::counter_states);

namespace {

reeve_counter_text text_at(std::size_t offset, std::size_t length) noexcept {
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
}

} // namespace

void counter_service::numbers::add(const numbers& other) {
  std::vector<std::uint32_t> both;
  std::set_union(of_requests.begin(), of_requests.end(), other.of_requests.begin(), other.of_requests.end(),
                 std::back_inserter(both));
  of_requests = std::move(both);
}

bool counter_service::numbers::covers(const numbers& other) const {
  return std::includes(of_requests.begin(), of_requests.end(), other.of_requests.begin(),
                       other.of_requests.end());
}

counter_service::counter_service(const clock& time, make_source make)
    : time_(time), make_(std::move(make)),
      readings_(time, "list of counters",
                [this](const numbers& all, counter_reading& out) { return make_reading(all, out); }) {}

result<std::uint32_t> counter_service::want(subscriber who, const os::counter_request& request) {
  if (auto good = os::check(request); !good) return good.error();
  const std::scoped_lock lock(mutex_);
  const auto known = std::find(requests_.begin(), requests_.end(), request);
  const auto number = static_cast<std::uint32_t>(known - requests_.begin());
  if (known == requests_.end()) {
    if (requests_.size() == max_requests)
      return error{errc::limit, cat("more than ", max_requests, " different counters")};
    requests_.push_back(request);
  }
  numbers& wish = wishes_[who];
  wish.add({{number}});
  readings_.want(who, wish);
  return number;
}

void counter_service::forget(subscriber who) {
  const std::scoped_lock lock(mutex_);
  wishes_.erase(who);
  readings_.forget(who);
}

result<std::shared_ptr<const counter_reading>> counter_service::read(subscriber who, nanoseconds not_before,
                                                                     nanoseconds deadline) {
  return readings_.read(who, not_before, deadline);
}

result<> counter_service::make_reading(const numbers& wanted, counter_reading& out) {
  if (!source_) {
    auto made = make_();
    if (!made) return made.error();
    source_ = *std::move(made);
    added_ = 0;
  }
  {
    const std::scoped_lock lock(mutex_);
    for (; added_ < requests_.size(); ++added_)
      source_->add(requests_[added_]);
  }
  const nanoseconds began = time_.mono();
  if (auto done = source_->read(wanted.of_requests, raw_); !done) return done;
  const nanoseconds duration = time_.mono() - began;

  // Texts of the measures first: they are the same in every reading, and are copied again only when there are more.
  if (out.measures.size() != source_->measures().size()) {
    copy_measures(out);
    out.measure_text_length = out.text.size();
  }
  out.text.resize(out.measure_text_length);
  const std::size_t offset = out.text.size();
  out.text += raw_.text;
  const auto moved = [offset](os::text_ref t) { return text_at(t.offset + offset, t.length); };
  out.rows.clear();
  out.rows.reserve(raw_.rows.size());
  for (const os::counter_row& r : raw_.rows)
    out.rows.push_back({r.value, r.identity, {moved(r.labels[0]), moved(r.labels[1])}, r.request, r.measure});
  out.statuses.clear();
  for (const os::counter_status& s : raw_.statuses)
    out.statuses.push_back({moved(s.why), static_cast<std::uint32_t>(s.state), 0});

  const std::scoped_lock lock(mutex_);
  stats_.last_duration = duration;
  stats_.rows = out.rows.size();
  stats_.readings_total += 1;
  stats_.backend = source_->backend();
  stats_.requests = {};
  for (const os::counter_status& s : raw_.statuses)
    ++stats_.requests[static_cast<std::size_t>(s.state)];
  return {};
}

void counter_service::copy_measures(counter_reading& out) const {
  out.text.clear();
  out.measures.clear();
  const auto keep = [&out](std::string_view text) {
    out.text += text;
    return text_at(out.text.size() - text.size(), text.size());
  };
  for (const os::counter_measure& m : source_->measures()) {
    reeve_counter_measure one{};
    one.name = keep(m.name);
    one.help = keep(m.help);
    one.unit = keep(m.unit);
    for (std::size_t i = 0; i < m.label_keys.size(); ++i)
      one.label_keys[i] = keep(m.label_keys[i]);
    one.kind = static_cast<std::uint32_t>(m.kind);
    out.measures.push_back(one);
  }
}

counter_stats counter_service::stats() const {
  const std::scoped_lock lock(mutex_);
  return stats_;
}

} // namespace reeve::plugin_host
