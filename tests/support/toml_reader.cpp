// SPDX-License-Identifier: Apache-2.0
#include "tests/support/toml_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace reeve::testing {

void toml_reader::fail(const std::string& what) const {
  const auto line =
      1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size())),
                     '\n');
  throw std::runtime_error("line " + std::to_string(line) + ": " + what);
}

bool toml_reader::take(char c) noexcept {
  if (peek() != c || ended()) return false;
  ++at_;
  return true;
}

void toml_reader::expect(char c) {
  if (!take(c)) fail(std::string("expected ") + c);
}

void toml_reader::skip_blanks() noexcept {
  while (peek() == ' ' || peek() == '\t' || peek() == '\r')
    ++at_;
  if (peek() == '#')
    while (!ended() && peek() != '\n')
      ++at_;
}

void toml_reader::skip_blank_lines() noexcept {
  do
    skip_blanks();
  while (take('\n'));
}

std::string toml_reader::read_key() {
  skip_blanks();
  if (peek() == '"' || peek() == '\'') return read_string();
  const std::size_t from = at_;
  while ((peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z') ||
         (peek() >= '0' && peek() <= '9') || peek() == '_' || peek() == '-')
    ++at_;
  if (at_ == from) fail("expected a key");
  return std::string(text_.substr(from, at_ - from));
}

std::vector<std::string> toml_reader::read_dotted_key() {
  std::vector<std::string> out{read_key()};
  for (skip_blanks(); take('.'); skip_blanks())
    out.push_back(read_key());
  return out;
}

std::string toml_reader::read_string() {
  const char quote = peek();
  ++at_;
  std::string out;
  while (!take(quote)) {
    if (ended() || peek() == '\n') fail("the string has no end");
    char c = text_[at_++];
    if (c == '\\' && quote == '"') {
      c = peek();
      ++at_;
      if (c == 'n')
        c = '\n';
      else if (c == 't')
        c = '\t';
      else if (c != '"' && c != '\\')
        fail("an escape that is not supported here");
    }
    out.push_back(c);
  }
  return out;
}

toml_reader::node toml_reader::read_array() {
  fake_config::array out;
  expect('[');
  for (skip_blank_lines(); !take(']'); skip_blank_lines()) {
    if (!out.empty()) {
      expect(',');
      skip_blank_lines();
      if (take(']')) break;
    }
    out.push_back(read_value());
  }
  return {std::move(out)};
}

toml_reader::node toml_reader::read_scalar() {
  const std::size_t from = at_;
  while (!ended() && std::string_view(" \t\r\n,]#").find(peek()) == std::string_view::npos)
    ++at_;
  std::string word(text_.substr(from, at_ - from));
  if (word == "true") return {true};
  if (word == "false") return {false};
  word.erase(std::remove(word.begin(), word.end(), '_'), word.end());
  try {
    std::size_t used = 0;
    if (word.find_first_of(".eE") == std::string::npos) {
      const std::int64_t whole = std::stoll(word, &used);
      if (used == word.size()) return {whole};
    } else {
      const double real = std::stod(word, &used);
      if (used == word.size()) return {real};
    }
  } catch (const std::logic_error&) {
  }
  fail("not a value: " + word);
}

toml_reader::node toml_reader::read_value() {
  skip_blanks();
  if (peek() == '[') return read_array();
  if (peek() == '"' || peek() == '\'') return {read_string()};
  return read_scalar();
}

toml_reader::node& toml_reader::member(node& of, const std::string& key) {
  auto& members = std::get<fake_config::table>(of.value);
  for (auto& [name, value] : members)
    if (name == key) return value;
  return members.emplace_back(key, node{}).second;
}

toml_reader::node& toml_reader::open_table(node& root, const std::vector<std::string>& path, bool of_array) {
  node* at = &root;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool last = i + 1 == path.size();
    at = &member(*at, path[i]);
    if (last && of_array && std::holds_alternative<fake_config::table>(at->value) &&
        std::get<fake_config::table>(at->value).empty())
      at->value = fake_config::array{};
    if (auto* elements = std::get_if<fake_config::array>(&at->value)) {
      if (last && of_array) elements->push_back({});
      if (elements->empty()) fail(path[i] + " is an empty array");
      at = &elements->back();
    }
    if (!std::holds_alternative<fake_config::table>(at->value)) fail(path[i] + " is no table");
  }
  return *at;
}

toml_reader::node toml_reader::read() {
  node root;
  node* into = &root;
  for (skip_blank_lines(); !ended(); skip_blank_lines()) {
    if (take('[')) {
      const bool of_array = take('[');
      const std::vector<std::string> path = read_dotted_key();
      expect(']');
      if (of_array) expect(']');
      into = &open_table(root, path, of_array);
    } else {
      const std::string key = read_key();
      skip_blanks();
      expect('=');
      node value = read_value();
      auto& members = std::get<fake_config::table>(into->value);
      for (const auto& [name, old] : members)
        if (name == key) fail(key + " is there twice");
      members.emplace_back(key, std::move(value));
    }
    skip_blanks();
    if (!ended() && peek() != '\n') fail("something after the value");
  }
  return root;
}

} // namespace reeve::testing
