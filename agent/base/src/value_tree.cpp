// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/value_tree.hpp"

namespace reeve {

const value_node* value_node::find(std::string_view key) const noexcept {
  if (const table* members = as_table())
    for (const member& m : *members)
      if (m.key == key) return &m.value;
  return nullptr;
}

std::string_view value_node::type_name() const noexcept {
  static constexpr std::string_view names[] = {"nothing", "boolean", "integer", "float",
                                               "string",  "array",   "table"};
  return names[value.index()];
}

bool same_value(const value_node& a, const value_node& b) {
  if (a.value.index() != b.value.index()) return false;
  if (const value_node::table* left = a.as_table()) {
    if (left->size() != b.as_table()->size()) return false;
    for (const value_node::member& m : *left) {
      const value_node* other = b.find(m.key);
      if (!other || !same_value(m.value, *other)) return false;
    }
    return true;
  }
  if (const value_node::array* left = a.as_array()) {
    const value_node::array& right = *b.as_array();
    if (left->size() != right.size()) return false;
    for (std::size_t i = 0; i < left->size(); ++i)
      if (!same_value((*left)[i], right[i])) return false;
    return true;
  }
  if (const auto* text = std::get_if<std::string>(&a.value)) return *text == std::get<std::string>(b.value);
  if (const auto* integer = std::get_if<std::int64_t>(&a.value))
    return *integer == std::get<std::int64_t>(b.value);
  if (const auto* real = std::get_if<double>(&a.value)) return *real == std::get<double>(b.value);
  if (const auto* flag = std::get_if<bool>(&a.value)) return *flag == std::get<bool>(b.value);
  return true;
}

} // namespace reeve
