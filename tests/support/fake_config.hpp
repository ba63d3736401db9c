// SPDX-License-Identifier: Apache-2.0
// A plugin's table for tests, written as TOML, and what the plugin made of it.
#pragma once

#include "reeve/plugin.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace reeve::testing {

class fake_config {
 public:
  struct rejection {
    std::string path;
    std::string message;
  };

  // Reads the part of TOML that a plugin's table is written in: [tables], [[arrays of tables]], dotted table
  // names, strings of one line, integers, floats, booleans, arrays. Throws std::runtime_error with the line
  // on anything else. `part` names the part of the text that the plugin sees, such as
  // "plugin.process-watch"; empty: all of it.
  explicit fake_config(std::string_view toml, std::string_view part = {});
  fake_config(const fake_config&) = delete;

  const reeve_config* raw() const noexcept { return &raw_; }

  // What reject() was told, and the wrong types that getters met.
  const std::vector<rejection>& rejections() const noexcept { return rejections_; }
  // Keys that are in the table and that no getter asked for: "group[0].nmae".
  std::vector<std::string> unread() const;
  // Every key that was asked for, without the numbers of elements: "group[].name".
  const std::set<std::string>& asked() const noexcept { return asked_; }

 private:
  friend struct fake_config_calls;
  friend class toml_reader;
  struct node;
  using array = std::vector<node>;
  using table = std::vector<std::pair<std::string, node>>; // in the order of the text
  struct node {
    std::variant<bool, std::int64_t, double, std::string, array, table> value = table{};
  };

  const node* find(std::string_view path);
  void collect_unread(const node& at, const std::string& path, const std::string& plain,
                      std::vector<std::string>& out) const;

  node root_;
  std::set<std::string> asked_;
  std::vector<rejection> rejections_;
  reeve_config raw_{};
};

} // namespace reeve::testing
