// SPDX-License-Identifier: Apache-2.0
#include "label_keys.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <utility>

namespace reeve::rules {

namespace {

// How many samples of the vector before may be gone between two that are there still.
constexpr std::size_t look_ahead = 16;

std::uint64_t identity_of(const sample& s) noexcept {
  return (s.labels->id() << 1) | (s.has_metric ? 1u : 0u);
}

bool is_same(std::span<const sample> samples, const std::vector<std::uint64_t>& as) {
  return std::ranges::equal(samples, as, {}, identity_of);
}

} // namespace

std::string label_choice::key(const sample& s) const {
  std::string out;
  // 0xFF is in no valid UTF-8.
  const auto put = [&](std::string_view name, std::string_view value) {
    out += name;
    out += '\xff';
    out += value;
    out += '\xff';
  };
  if (!keeps_named) {
    if (keeps_metric && s.has_metric) put(metric_name_label, s.labels->metric());
    for (const label& l : s.labels->others())
      if (!std::ranges::binary_search(names, l.name)) put(l.name, l.value);
    return out;
  }
  for (const std::string& name : names) {
    const std::string_view value =
        name == metric_name_label && !s.has_metric ? std::string_view() : s.labels->get(name);
    if (!value.empty()) put(name, value);
  }
  return out;
}

label_set_ptr label_choice::chosen(const sample& s) const {
  std::vector<label> out;
  bool with_metric = false;
  if (!keeps_named) {
    with_metric = keeps_metric && s.has_metric;
    for (const label& l : s.labels->others())
      if (!std::ranges::binary_search(names, l.name)) out.push_back(l);
  } else {
    for (const std::string& name : names) {
      with_metric = with_metric || (name == metric_name_label && s.has_metric);
      if (name != metric_name_label) out.push_back({name, s.labels->get(name)});
    }
  }
  return label_set::make(with_metric ? s.labels->metric() : std::string_view(), std::move(out));
}

std::size_t label_keys::number_of(const sample& s) {
  return numbers_.try_emplace(choice_.key(s), numbers_.size()).first->second;
}

// Most samples stand as they stood, some are gone, and some have come.
bool label_keys::number(std::span<const sample> samples, keyed_vector& v) {
  if (is_same(samples, v.samples)) return false;
  const std::vector<std::uint64_t> former = std::exchange(v.samples, {});
  const std::vector<std::size_t> former_keys = std::exchange(v.keys, {});
  v.samples.reserve(samples.size());
  v.keys.reserve(samples.size());
  v.was_at.assign(samples.size(), keyed_vector::none);
  std::size_t next = 0; // of those before
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::uint64_t which = identity_of(samples[i]);
    const auto from = former.begin() + static_cast<std::ptrdiff_t>(next);
    const auto to = from + static_cast<std::ptrdiff_t>(std::min(look_ahead, former.size() - next));
    const auto found = std::find(from, to, which);
    if (found != to) {
      v.was_at[i] = static_cast<std::size_t>(found - former.begin());
      next = v.was_at[i] + 1;
    }
    v.samples.push_back(which);
    v.keys.push_back(found == to ? number_of(samples[i]) : former_keys[v.was_at[i]]);
  }
  return true;
}

result<> repeat_check::refuse_repeated(std::span<const sample> samples) {
  if (samples.size() < 2) return {};
  if (keys_.is_crowded(samples.size())) {
    keys_.clear();
    last_ = {};
  }
  if (!keys_.number(samples, last_)) return {};
  is_seen_.assign(keys_.size(), false);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (is_seen_[last_.keys[i]]) {
      last_ = {}; // to be found again at the next time
      return error{errc::invalid_argument, cat("two samples have the same labels ", samples[i].text()), 0};
    }
    is_seen_[last_.keys[i]] = true;
  }
  return {};
}

} // namespace reeve::rules
