// SPDX-License-Identifier: Apache-2.0
// A configuration value with the place it was written at: what a plugin's table looks like once the TOML is read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace reeve {

struct source_position {
  std::string file; // as the user named it
  std::uint32_t line = 0;
  std::uint32_t column = 0; // both count from 1; 0 = unknown
};

// One thing wrong with a configuration file. Printed as
//   FILE:LINE:COLUMN: MESSAGE
//       the offending line
//       ^
//   hint: HINT
struct diagnostic {
  source_position where;
  std::string message;
  std::string excerpt; // the offending line, without its newline; may be empty
  std::string hint;    // what to do; may be empty
};

struct value_node {
  struct member;
  using array = std::vector<value_node>;
  using table = std::vector<member>; // in the order of the file

  std::variant<std::monostate, bool, std::int64_t, double, std::string, array, table> value;
  source_position where;

  const table* as_table() const noexcept { return std::get_if<table>(&value); }
  const array* as_array() const noexcept { return std::get_if<array>(&value); }
  // The member of that key, or null when this is no table or has none.
  const value_node* find(std::string_view key) const noexcept;
  // "string", "integer", "float", "boolean", "array" or "table", for messages.
  std::string_view type_name() const noexcept;
};

struct value_node::member {
  std::string key;
  source_position key_where;
  value_node value;
};

// Equal in keys, types and values; positions and the order of members do not count.
bool same_value(const value_node& a, const value_node& b);

} // namespace reeve
