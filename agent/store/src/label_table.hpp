// SPDX-License-Identifier: Apache-2.0
// Rendered label sets, each kept once however many series carry it.
#pragma once

#include "flat_index.hpp"
#include "reeve/store/label_text.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace reeve::store {

class label_table {
 public:
  // `hash` is hash_text(text) throughout.
  std::uint32_t find(std::string_view text, std::uint32_t hash) const; // no_record: not there
  std::uint32_t insert(std::string_view text, std::uint32_t hash);     // without a user yet: retain() follows
  void retain(std::uint32_t at) noexcept { ++entries_[at].uses; }
  void release(std::uint32_t at); // the last user takes it out; snapshots keep the text itself
  const label_ref& ref(std::uint32_t at) const noexcept { return entries_[at].ref; }
  std::uint32_t size() const noexcept { return live_; }

 private:
  struct entry {
    label_ref ref;
    std::uint32_t hash = 0; // of a free entry: the next free one
    std::uint32_t uses = 0;
  };

  std::vector<entry> entries_;
  flat_index index_;
  std::uint32_t free_ = no_record;
  std::uint32_t live_ = 0;
};

} // namespace reeve::store
