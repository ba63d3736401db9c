// SPDX-License-Identifier: Apache-2.0
#include "symbol_table.hpp"

#include "hash.hpp"

namespace reeve::store {

std::uint32_t symbol_table::intern(std::string_view escaped, std::uint32_t max_symbols) {
  const std::uint32_t hash = hash_text(escaped);
  const std::uint32_t known = index_.find(
      hash, [&](std::uint32_t at) { return entries_[at].hash == hash && text_of(entries_[at]) == escaped; });
  if (known != no_record) return known + 1;
  if (entries_.size() >= max_symbols || bytes_.size() + escaped.size() >= no_record) return 0;
  const auto at = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back(
      {static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(escaped.size()), hash});
  bytes_.append(escaped);
  index_.insert(hash, at, [this](std::uint32_t other) { return entries_[other].hash; });
  return at + 1;
}

std::optional<std::string_view> symbol_table::text(std::uint32_t symbol) const noexcept {
  if (symbol == 0 || symbol > entries_.size()) return std::nullopt;
  return text_of(entries_[symbol - 1]);
}

} // namespace reeve::store
