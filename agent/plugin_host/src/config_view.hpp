// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/value_tree.hpp"
#include "reeve/plugin.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::plugin_host {

// A plugin's table through the ABI. It remembers what was asked for, so that keys nobody reads are reported.
class config_view {
 public:
  config_view(const value_node& root, std::string plugin_name);
  config_view(const config_view&) = delete;

  const reeve_config* raw() const noexcept { return &raw_; }
  // What the plugin rejected, wrong types, and, once it is done, the keys that it never asked for.
  std::vector<diagnostic> take_problems();

 private:
  friend struct config_calls;
  struct place {
    const value_node* node = nullptr; // null: absent
    source_position nearest;          // of the deepest part of the path that exists
  };
  place find(std::string_view path);
  void report(const source_position& where, std::string message, std::string hint = {});
  void report_type(std::string_view path, const value_node& found, std::string_view wanted);
  void report_unread(const value_node& table, const std::string& prefix);

  const value_node& root_;
  std::string plugin_name_;
  std::set<std::string, std::less<>> asked_; // paths without indexes' numbers: "group[].name"
  std::vector<diagnostic> problems_;
  reeve_config raw_{};
};

} // namespace reeve::plugin_host
