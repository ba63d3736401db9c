// SPDX-License-Identifier: Apache-2.0
// Typed reading of one configuration table. What is wrong goes into a problem_list and reading goes on.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/value_tree.hpp"
#include "reeve/config/problem_list.hpp"

#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::config {

// A read_ function changes `out` and returns true only when the key is there and its value is of the right
// type and within the bounds, which are inclusive. `out` holds the default before the call; hints quote it as
// an example. Each key that was asked for is a known key to finish().
class table_reader {
 public:
  // `name` is how messages call the table: "http", "plugin.process-watch", empty for the whole file. A node
  // that is no table is a problem, and reads as an empty table. `node` and `problems` must outlive the
  // reader.
  table_reader(const value_node& node, std::string name, problem_list& problems);

  bool read(std::string_view key, bool& out);
  bool read(std::string_view key, std::string& out);
  bool read(std::string_view key, double& out, double min, double max); // takes an integer too
  template <std::integral T>
  bool read(std::string_view key, T& out, std::type_identity_t<T> min, std::type_identity_t<T> max) {
    static_assert(sizeof(T) < 8 || std::signed_integral<T>, "a TOML integer has 63 bits");
    std::int64_t value = static_cast<std::int64_t>(out);
    if (!read_integer(key, value, static_cast<std::int64_t>(min), static_cast<std::int64_t>(max)))
      return false;
    out = static_cast<T>(value);
    return true;
  }
  bool read_duration(std::string_view key, nanoseconds& out, nanoseconds min, nanoseconds max);
  bool read_size(std::string_view key, std::uint64_t& out, std::uint64_t min, std::uint64_t max);
  bool read_one_of(std::string_view key, std::string& out, std::span<const std::string_view> allowed);
  // One string or an array of them. `where`, if given, gets the place of each.
  bool read_strings(std::string_view key, std::vector<std::string>& out,
                    std::vector<source_position>* where = nullptr);

  // The value as it is, or null; for the caller to read on.
  const value_node* take(std::string_view key);
  // The tables of [[name.key]]; anything else there is a problem and gives none.
  std::vector<const value_node*> take_tables(std::string_view key);

  bool has(std::string_view key) const noexcept;
  const source_position& where(std::string_view key) const noexcept; // of the value; of the table without one
  std::string full_name(std::string_view key) const;                 // "http.listen"
  // Adds a problem at the value of `key`: the message is `full_name(key)` and then `rest`.
  void problem(std::string_view key, std::string_view rest, std::string hint = {});

  void finish();           // each key that nobody asked for is a problem
  value_node rest() const; // the table of the keys that nobody asked for

 private:
  bool read_integer(std::string_view key, std::int64_t& out, std::int64_t min, std::int64_t max);
  bool wrong_type(std::string_view key, std::string_view wanted, std::string example);
  bool out_of_range(std::string_view key, const std::string& value, const std::string& min,
                    const std::string& max);
  bool known(std::string_view key) const noexcept;

  const value_node& node_;
  std::string name_;
  problem_list& problems_;
  std::vector<std::string> known_;
};

} // namespace reeve::config
