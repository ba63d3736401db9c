// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/fake_config.hpp"

namespace reeve::testing {

class toml_reader {
 public:
  explicit toml_reader(std::string_view text) : text_(text) {}
  fake_config::node read();

 private:
  using node = fake_config::node;

  [[noreturn]] void fail(const std::string& what) const;
  bool ended() const noexcept { return at_ >= text_.size(); }
  char peek() const noexcept { return ended() ? '\0' : text_[at_]; }
  bool take(char c) noexcept;
  void expect(char c);
  void skip_blanks() noexcept;
  void skip_blank_lines() noexcept;
  std::string read_key();
  std::vector<std::string> read_dotted_key();
  node read_value();
  node read_array();
  node read_scalar();
  std::string read_string();
  static node& member(node& of, const std::string& key);
  node& open_table(node& root, const std::vector<std::string>& path, bool of_array);

  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace reeve::testing
