// SPDX-License-Identifier: Apache-2.0
#include "reeve/store/board.hpp"

#include <algorithm>

namespace reeve::store {

namespace {

template <class Entries>
auto find_source(Entries& entries, std::string_view source) {
  return std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.source == source; });
}

} // namespace

// What is replaced or retired is freed by the caller's thread after the lock is gone: a big snapshot takes a
// while.

void board::publish(std::string_view source, snapshot_ptr latest) {
  if (!latest) return retire(source);
  const std::lock_guard lock(mutex_);
  const auto known = find_source(entries_, source);
  if (known == entries_.end())
    entries_.push_back({std::string(source), std::move(latest)});
  else
    known->latest.swap(latest);
}

void board::retire(std::string_view source) {
  snapshot_ptr last;
  const std::lock_guard lock(mutex_);
  const auto known = find_source(entries_, source);
  if (known == entries_.end()) return;
  last = std::move(known->latest);
  entries_.erase(known);
}

std::vector<board::entry> board::view() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

snapshot_ptr board::latest(std::string_view source) const {
  const std::lock_guard lock(mutex_);
  const auto known = find_source(entries_, source);
  return known == entries_.end() ? nullptr : known->latest;
}

} // namespace reeve::store
