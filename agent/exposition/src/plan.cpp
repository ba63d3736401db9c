// SPDX-License-Identifier: Apache-2.0
#include "plan.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/store/family_names.hpp"

#include <string>
#include <unordered_map>
#include <utility>

namespace reeve::exposition {

namespace {

class planner {
 public:
  // The plan that this family belongs to, or null when it clashes with an earlier one.
  family_plan* place(const store::family_spec& spec) {
    if (const auto known = owner_.find(spec.name); known != owner_.end()) {
      family_plan& plan = plans[known->second];
      if (plan.spec->name == spec.name) return store::same_schema(*plan.spec, spec) ? &plan : nullptr;
    }
    const auto suffixes = store::taken_suffixes(spec.kind);
    for (const std::string_view suffix : suffixes)
      if (owner_.contains(cat(spec.name, suffix))) return nullptr;
    for (const std::string_view suffix : suffixes)
      owner_.emplace(cat(spec.name, suffix), plans.size());
    plans.push_back({&spec, {}});
    return &plans.back();
  }

  std::vector<family_plan> plans;

 private:
  std::unordered_map<std::string, std::size_t> owner_; // of every name in use
};

} // namespace

std::vector<family_plan> make_plan(std::span<const store::snapshot_ptr> snapshots,
                                   std::uint64_t& dropped_families) {
  planner made;
  const auto add = [&](const store::family_spec& spec, const family_part& part) {
    if (family_plan* const plan = made.place(spec))
      plan->parts.push_back(part);
    else
      ++dropped_families;
  };
  for (const store::snapshot_ptr& snapshot : snapshots) {
    if (!snapshot) continue;
    for (const store::layout::block& block : snapshot->series->blocks)
      add(*block.family, {snapshot.get(), &block, nullptr});
    for (const store::histogram_block& block : snapshot->histograms)
      add(*block.family, {snapshot.get(), nullptr, &block});
  }
  return std::move(made.plans);
}

} // namespace reeve::exposition
