// SPDX-License-Identifier: Apache-2.0
#include "merge.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <iterator>

namespace reeve::config {

namespace {

bool is_array_of_tables(const value_node& node) {
  const value_node::array* items = node.as_array();
  return items &&
         std::ranges::all_of(*items, [](const value_node& item) { return item.as_table() != nullptr; });
}

void merge_tables(value_node& into, value_node&& from, const std::string& name, problem_list& problems) {
  auto& members = std::get<value_node::table>(into.value);
  for (value_node::member& added : std::get<value_node::table>(from.value)) {
    const auto present = std::ranges::find(members, added.key, &value_node::member::key);
    if (present == members.end()) {
      members.push_back(std::move(added));
      continue;
    }
    const std::string full_name = name.empty() ? added.key : cat(name, ".", added.key);
    if (present->value.as_table() && added.value.as_table()) {
      merge_tables(present->value, std::move(added.value), full_name, problems);
    } else if (is_array_of_tables(present->value) && is_array_of_tables(added.value)) {
      auto& items = std::get<value_node::array>(present->value.value);
      std::ranges::move(std::get<value_node::array>(added.value.value), std::back_inserter(items));
    } else {
      const source_position& first = present->key_where;
      problems.add(
          added.key_where,
          cat(full_name, " is already set at ", first.file, ":", first.line, ":", first.column),
          "remove one of the two: files in conf.d add to the main file and cannot replace its values");
    }
  }
}

} // namespace

void merge(value_node& into, value_node&& from, problem_list& problems) {
  merge_tables(into, std::move(from), {}, problems);
}

} // namespace reeve::config
