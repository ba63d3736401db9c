// SPDX-License-Identifier: Apache-2.0
// The families one plugin declared, by number.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/store/snapshot.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace reeve::store {

// What label rendering needs of a family. Families with equal keys share one, and so their label texts.
struct key_set {
  std::vector<std::string> keys;
  std::vector<std::string> openings; // pid="
};

class family_table {
 public:
  struct record {
    std::shared_ptr<const family_spec> spec;
    std::uint32_t keys = 0; // of key_set
  };

  result<std::uint32_t> declare(const family_spec& declared, std::uint32_t max_families);
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(records_.size()); }
  const record& at(std::uint32_t family) const noexcept { return records_[family]; }
  const key_set& keys(std::uint32_t set) const noexcept { return key_sets_[set]; }

 private:
  std::uint32_t share_keys(const std::vector<std::string>& keys);

  std::vector<record> records_;
  std::vector<key_set> key_sets_;
  std::unordered_map<std::string, std::uint32_t> taken_; // every name in use, and whose it is
};

} // namespace reeve::store
