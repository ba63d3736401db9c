// SPDX-License-Identifier: Apache-2.0
#include "family_table.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/store/family_names.hpp"

#include <algorithm>

namespace reeve::store {

result<std::uint32_t> family_table::declare(const family_spec& declared, std::uint32_t max_families) {
  auto made = checked(declared);
  if (!made) return made.error();
  family_spec& spec = *made;
  if (const auto known = taken_.find(spec.name); known != taken_.end()) {
    const family_spec& other = *records_[known->second].spec;
    if (other == spec) return known->second;
    if (other.name == spec.name)
      return error{errc::invalid_argument,
                   cat("metric family \"", spec.name, "\" was declared with another schema")};
  }
  for (const std::string_view suffix : taken_suffixes(spec.kind))
    if (const auto clash = taken_.find(cat(spec.name, suffix)); clash != taken_.end())
      return error{errc::invalid_argument,
                   cat("metric family \"", spec.name, "\" and \"", records_[clash->second].spec->name,
                       "\" both take the name ", clash->first)};
  if (size() >= max_families) return error{errc::limit, cat("more than ", max_families, " metric families")};

  const std::uint32_t id = size();
  for (const std::string_view suffix : taken_suffixes(spec.kind))
    taken_.emplace(cat(spec.name, suffix), id);
  const std::uint32_t keys = share_keys(spec.label_keys);
  records_.push_back({std::make_shared<const family_spec>(std::move(spec)), keys});
  return id;
}

std::uint32_t family_table::share_keys(const std::vector<std::string>& keys) {
  const auto known =
      std::find_if(key_sets_.begin(), key_sets_.end(), [&](const key_set& s) { return s.keys == keys; });
  if (known != key_sets_.end()) return static_cast<std::uint32_t>(known - key_sets_.begin());
  key_set made;
  made.keys = keys;
  for (const std::string& key : keys)
    made.openings.push_back(cat(key, "=\""));
  key_sets_.push_back(std::move(made));
  return static_cast<std::uint32_t>(key_sets_.size() - 1);
}

} // namespace reeve::store
