// SPDX-License-Identifier: Apache-2.0
// The live series of one plugin and what the running cycle wrote to them.
#pragma once

#include "family_table.hpp"
#include "flat_index.hpp"
#include "label_table.hpp"
#include "reeve/store/snapshot.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace reeve::store {

class series_table {
 public:
  explicit series_table(label_table& labels) : labels_(labels) {}

  // A slot is a series' place; a handle is a slot and the generation that held it when it was handed out.
  std::uint32_t find(std::uint32_t family, std::uint32_t label) const;
  // A transient series is dropped by the first settle() that finds it unwritten.
  std::uint32_t insert(std::uint32_t family, std::uint32_t label, bool transient);
  void keep(std::uint32_t at); // no longer transient
  void drop(std::uint64_t handle);
  std::uint64_t handle(std::uint32_t at) const noexcept {
    return std::uint64_t{slots_[at].generation} << 32 | at;
  }

  void begin();
  bool write(std::uint64_t handle, double value) noexcept {
    const auto at = static_cast<std::uint32_t>(handle);
    const auto generation = static_cast<std::uint32_t>(handle >> 32);
    if (at >= slots_.size() || slots_[at].generation != generation || (generation & 1) == 0) return false;
    stage(slots_[at], value);
    return true;
  }
  void write_transient(std::uint32_t at, double value) noexcept;

  // Ends the cycle: the values written in it, and which series they belong to.
  std::shared_ptr<const layout> settle(const family_table& families, std::vector<double>& values);

  std::uint32_t size() const noexcept { return live_; }
  std::uint32_t size_of(std::uint32_t family) const noexcept {
    return family < live_of_.size() ? live_of_[family] : 0;
  }

 private:
  struct slot {
    double value = 0;
    std::uint32_t label = 0; // of a free slot: the next free one
    std::uint32_t family_and_life = 0;
    std::uint32_t generation = 0; // odd while it is live
    std::uint32_t written = 0;    // the cycle that wrote it last
  };
  static_assert(sizeof(slot) == 24);
  static constexpr std::uint32_t transient_bit = 0x8000'0000;

  static std::uint32_t family_of(const slot& s) noexcept { return s.family_and_life & ~transient_bit; }
  static bool is_transient(const slot& s) noexcept { return (s.family_and_life & transient_bit) != 0; }
  static bool is_live(const slot& s) noexcept { return (s.generation & 1) != 0; }
  std::uint32_t hash_of(std::uint32_t at) const noexcept;

  void stage(slot& s, double value) noexcept {
    s.value = value;
    if (s.written == cycle_) return;
    s.written = cycle_;
    ++written_;
  }
  void erase(std::uint32_t at);
  bool copy_unchanged(std::vector<double>& values) const;
  void drop_unwritten_transients();
  void rebuild(const family_table& families, std::vector<double>& values);

  label_table& labels_;
  std::vector<slot> slots_;
  flat_index index_;
  std::uint32_t free_ = no_record;
  std::uint32_t live_ = 0;
  std::uint32_t transients_ = 0;
  std::vector<std::uint32_t> live_of_; // by family

  std::uint32_t cycle_ = 1; // 0 marks a slot that was never written
  std::uint32_t written_ = 0;
  std::uint32_t written_transients_ = 0;

  std::shared_ptr<const layout> layout_ = std::make_shared<const layout>();
  std::vector<std::uint32_t> order_; // the slots behind layout_
  bool slots_moved_ = false;         // a slot was vacated since layout_ was made
};

} // namespace reeve::store
