// SPDX-License-Identifier: Apache-2.0
#include "series_table.hpp"

#include "hash.hpp"

namespace reeve::store {

std::uint32_t series_table::hash_of(std::uint32_t at) const noexcept {
  return hash_pair(family_of(slots_[at]), slots_[at].label);
}

std::uint32_t series_table::find(std::uint32_t family, std::uint32_t label) const {
  return index_.find(hash_pair(family, label), [&](std::uint32_t at) {
    return slots_[at].label == label && family_of(slots_[at]) == family;
  });
}

std::uint32_t series_table::insert(std::uint32_t family, std::uint32_t label, bool transient) {
  std::uint32_t at = free_;
  if (at == no_record) {
    at = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    free_ = slots_[at].label;
  }
  slot& made = slots_[at];
  made.label = label;
  made.family_and_life = family | (transient ? transient_bit : 0);
  ++made.generation;
  made.written = 0;
  index_.insert(hash_of(at), at, [this](std::uint32_t other) { return hash_of(other); });
  labels_.retain(label);
  if (family >= live_of_.size()) live_of_.resize(family + 1);
  ++live_of_[family];
  ++live_;
  if (transient) ++transients_;
  return at;
}

void series_table::keep(std::uint32_t at) {
  slot& kept = slots_[at];
  if (!is_transient(kept)) return;
  kept.family_and_life &= ~transient_bit;
  --transients_;
  if (kept.written == cycle_) --written_transients_;
}

void series_table::drop(std::uint64_t handle) {
  const auto at = static_cast<std::uint32_t>(handle);
  if (at < slots_.size() && is_live(slots_[at]) && slots_[at].generation == handle >> 32) erase(at);
}

void series_table::erase(std::uint32_t at) {
  slot& gone = slots_[at];
  index_.erase(hash_of(at), at, [this](std::uint32_t other) { return hash_of(other); });
  labels_.release(gone.label);
  --live_of_[family_of(gone)];
  --live_;
  const bool was_written = gone.written == cycle_;
  if (was_written) --written_;
  if (is_transient(gone)) {
    --transients_;
    if (was_written) --written_transients_;
  }
  ++gone.generation;
  gone.label = free_;
  free_ = at;
  slots_moved_ = true;
}

void series_table::begin() {
  written_ = 0;
  written_transients_ = 0;
  if (++cycle_ != 0) return;
  for (slot& s : slots_)
    s.written = 0;
  cycle_ = 1;
}

void series_table::write_transient(std::uint32_t at, double value) noexcept {
  slot& s = slots_[at];
  if (is_transient(s) && s.written != cycle_) ++written_transients_;
  stage(s, value);
}

std::shared_ptr<const layout> series_table::settle(const family_table& families,
                                                   std::vector<double>& values) {
  if (!copy_unchanged(values)) {
    drop_unwritten_transients();
    rebuild(families, values);
  }
  begin();
  return layout_;
}

// The usual case: exactly the series of the last layout were written, and nothing is left to drop.
bool series_table::copy_unchanged(std::vector<double>& values) const {
  if (slots_moved_ || written_ != order_.size() || written_transients_ != transients_) return false;
  values.resize(order_.size());
  double* out = values.data();
  bool all = true;
  for (const std::uint32_t at : order_) {
    all &= slots_[at].written == cycle_;
    *out++ = slots_[at].value;
  }
  return all;
}

void series_table::drop_unwritten_transients() {
  if (written_transients_ == transients_) return;
  for (std::uint32_t at = 0; at < slots_.size(); ++at)
    if (is_live(slots_[at]) && is_transient(slots_[at]) && slots_[at].written != cycle_) erase(at);
}

void series_table::rebuild(const family_table& families, std::vector<double>& values) {
  std::vector<std::uint32_t> next(families.size() + 1);
  const auto counts = [this](const slot& s) { return s.written == cycle_ && is_live(s); };
  for (const slot& s : slots_)
    if (counts(s)) ++next[family_of(s) + 1];

  auto made = std::make_shared<layout>();
  for (std::uint32_t family = 0; family < families.size(); ++family) {
    const std::uint32_t count = next[family + 1];
    if (count > 0) made->blocks.push_back({families.at(family).spec, next[family], count});
    next[family + 1] += next[family];
  }

  order_.resize(next.back());
  for (std::uint32_t at = 0; at < slots_.size(); ++at)
    if (counts(slots_[at])) order_[next[family_of(slots_[at])]++] = at;

  made->labels.reserve(order_.size());
  values.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const slot& s = slots_[order_[i]];
    made->labels.push_back(labels_.ref(s.label));
    values[i] = s.value;
  }
  layout_ = std::move(made);
  slots_moved_ = false;
}

} // namespace reeve::store
