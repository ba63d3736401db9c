// SPDX-License-Identifier: Apache-2.0
// The past of one series in bounded memory: blocks that are the longer the older they are. Of each block the least and
// the greatest value are kept, since a leak shows in what is never given back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace reeve::handle_leak {

struct block {
  double end = 0; // seconds since the first reading, of the block's last reading
  float least = 0, most = 0;
  std::uint32_t readings = 0;
  std::uint32_t level = 0; // 2 * 2^level readings
};

// Never allocates. One thread at a time.
class series_blocks {
 public:
  static constexpr std::size_t readings_of_first = 2; // of a block when it is made
  static constexpr std::size_t per_level = 16;
  static constexpr std::size_t levels =
      10; // what is older than 16 * 2 * (2^10 - 1) = 32,736 readings is forgotten

  // True when this reading completed a block. `seconds` must grow.
  bool add(double seconds, double value) noexcept;
  void clear() noexcept;

  std::size_t size() const noexcept { return size_; }
  const block& operator[](std::size_t i) const noexcept { return blocks_[i]; } // 0 is the oldest
  // Seconds at which block i began: where the one before it ended.
  double begin_of(std::size_t i) const noexcept { return i == 0 ? began_ : blocks_[i - 1].end; }
  double middle_of(std::size_t i) const noexcept { return (begin_of(i) + blocks_[i].end) / 2; }
  double end() const noexcept { return size_ == 0 ? began_ : blocks_[size_ - 1].end; }
  std::uint32_t readings() const noexcept; // in complete blocks

 private:
  void merge() noexcept;

  std::array<block, per_level * levels + 1> blocks_{};
  std::size_t size_ = 0;
  double began_ = 0;
  block open_{};
};

} // namespace reeve::handle_leak
