// SPDX-License-Identifier: Apache-2.0
// A plugin's README and sample say what its code does: checks for the plugin that the program is linked with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reeve::testing {

class plugin_docs {
 public:
  // `everything`: a table of the plugin in which every key is read and every family registered.
  plugin_docs(std::string plugin, std::string everything)
      : plugin_(std::move(plugin)), everything_(std::move(everything)) {}

  // Each adds failures to the running test.
  void expect_sample_accepted() const;
  // In the README as a row of a table, "| `key` |", and in the sample as an assignment. How many there are.
  int expect_keys_documented() const;
  // The README names every family in backquotes, and no metric that is none. `prefixes`: besides "reeve_", how names of
  // metrics begin.
  void expect_families_documented(const std::vector<std::string_view>& prefixes = {}) const;
  // Every TOML example in the README. How many there are.
  int expect_examples_accepted() const;

  std::string read(const std::string& file) const;

 private:
  std::string plugin_, everything_;
};

} // namespace reeve::testing
