// SPDX-License-Identifier: Apache-2.0
#include "label_table.hpp"

namespace reeve::store {

std::uint32_t label_table::find(std::string_view text, std::uint32_t hash) const {
  return index_.find(
      hash, [&](std::uint32_t at) { return entries_[at].hash == hash && entries_[at].ref.text() == text; });
}

std::uint32_t label_table::insert(std::string_view text, std::uint32_t hash) {
  label_ref made = label_ref::make(text);
  std::uint32_t at = free_;
  if (at == no_record) {
    at = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    free_ = entries_[at].hash;
  }
  entries_[at].ref = std::move(made);
  entries_[at].hash = hash;
  entries_[at].uses = 0;
  index_.insert(hash, at, [this](std::uint32_t other) { return entries_[other].hash; });
  ++live_;
  return at;
}

void label_table::release(std::uint32_t at) {
  entry& released = entries_[at];
  if (--released.uses > 0) return;
  index_.erase(released.hash, at, [this](std::uint32_t other) { return entries_[other].hash; });
  released.ref = label_ref();
  released.hash = free_;
  free_ = at;
  --live_;
}

} // namespace reeve::store
