// SPDX-License-Identifier: Apache-2.0
#include "series_blocks.hpp"

#include <algorithm>

namespace reeve::handle_leak {

bool series_blocks::add(double seconds, double value) noexcept {
  const auto v = static_cast<float>(value);
  if (size_ == 0 && open_.readings == 0) began_ = seconds;
  if (open_.readings == 0) open_.least = open_.most = v;
  open_.least = std::min(open_.least, v);
  open_.most = std::max(open_.most, v);
  open_.end = seconds;
  if (++open_.readings < readings_of_first) return false;
  blocks_[size_++] = open_;
  open_ = {};
  merge();
  return true;
}

void series_blocks::clear() noexcept {
  size_ = 0;
  open_ = {};
}

std::uint32_t series_blocks::readings() const noexcept {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < size_; ++i)
    out += blocks_[i].readings;
  return out;
}

// Blocks stand from the highest level, the oldest, to the lowest. One too many of a level: its two oldest become one of
// the next.
void series_blocks::merge() noexcept {
  std::size_t end = size_; // of the blocks of `level`
  for (std::uint32_t level = 0; level < levels; ++level) {
    std::size_t first = end;
    while (first > 0 && blocks_[first - 1].level == level)
      --first;
    if (end - first <= per_level) return;
    const auto at = blocks_.begin() + static_cast<std::ptrdiff_t>(first);
    if (level + 1 == levels) {
      began_ = at->end;
      std::copy(at + 1, blocks_.begin() + static_cast<std::ptrdiff_t>(size_), at);
      --size_;
      return;
    }
    block& old = at[0];
    const block& next = at[1];
    old = {next.end, std::min(old.least, next.least), std::max(old.most, next.most),
           old.readings + next.readings, level + 1};
    std::copy(at + 2, blocks_.begin() + static_cast<std::ptrdiff_t>(size_), at + 1);
    --size_;
    end = first + 1;
  }
}

} // namespace reeve::handle_leak
