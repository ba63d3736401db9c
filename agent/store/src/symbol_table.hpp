// SPDX-License-Identifier: Apache-2.0
// Label values that a plugin names by number. Kept escaped, so that using one is a copy.
#pragma once

#include "flat_index.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::store {

class symbol_table {
 public:
  std::uint32_t intern(std::string_view escaped, std::uint32_t max_symbols); // 0: the table is full
  // Empty optional: no such symbol. The view holds until the next intern().
  std::optional<std::string_view> text(std::uint32_t symbol) const noexcept;

 private:
  struct entry {
    std::uint32_t first;
    std::uint32_t length;
    std::uint32_t hash;
  };
  std::string_view text_of(const entry& e) const noexcept { return {bytes_.data() + e.first, e.length}; }

  std::string bytes_;
  std::vector<entry> entries_; // symbol n is entry n - 1
  flat_index index_;
};

} // namespace reeve::store
