// SPDX-License-Identifier: Apache-2.0
// Open-addressing table of 32-bit record numbers: four bytes a cell, linear probing, no tombstones. The
// records and their hashes stay with the owner, who hands in how to compare and how to hash one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace reeve::store {

inline constexpr std::uint32_t no_record = 0xFFFF'FFFF;

class flat_index {
 public:
  // The record with this hash for which same(record) holds, or no_record.
  template <class Same>
  std::uint32_t find(std::uint32_t hash, Same&& same) const {
    if (cells_.empty()) return no_record;
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const std::uint32_t record = cells_[at];
      if (record == no_record || same(record)) return record;
    }
  }

  // The record must not be in the table yet. hash_of(record) answers for every record in it.
  template <class HashOf>
  void insert(std::uint32_t hash, std::uint32_t record, HashOf&& hash_of) {
    if ((used_ + 1) * 4 > cells_.size() * 3) grow(hash_of);
    place(hash, record);
    ++used_;
  }

  template <class HashOf>
  void erase(std::uint32_t hash, std::uint32_t record, HashOf&& hash_of) {
    std::size_t hole = hash & mask();
    while (cells_[hole] != record)
      hole = (hole + 1) & mask();
    // Pull back whoever probed across the hole, so that no search ends at it too early.
    for (std::size_t at = (hole + 1) & mask(); cells_[at] != no_record; at = (at + 1) & mask()) {
      const std::size_t home = hash_of(cells_[at]) & mask();
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = no_record;
    --used_;
  }

  void clear() {
    if (used_ == 0) return;
    cells_.assign(cells_.size(), no_record);
    used_ = 0;
  }

 private:
  std::size_t mask() const noexcept { return cells_.size() - 1; }

  void place(std::uint32_t hash, std::uint32_t record) {
    std::size_t at = hash & mask();
    while (cells_[at] != no_record)
      at = (at + 1) & mask();
    cells_[at] = record;
  }

  template <class HashOf>
  void grow(HashOf&& hash_of) {
    std::vector<std::uint32_t> old(cells_.empty() ? 16 : cells_.size() * 2, no_record);
    old.swap(cells_);
    for (const std::uint32_t record : old)
      if (record != no_record) place(hash_of(record), record);
  }

  std::vector<std::uint32_t> cells_; // a power of two of them
  std::size_t used_ = 0;
};

} // namespace reeve::store
