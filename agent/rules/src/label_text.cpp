// SPDX-License-Identifier: Apache-2.0
#include "label_text.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::rules {

namespace {

bool take_value(std::string_view& rest, std::string& out) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    char c = rest[i];
    if (c == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (c == '\\' && i + 1 < rest.size()) {
      c = rest[++i];
      if (c == 'n')
        c = '\n';
      else if (c != '"' && c != '\\')
        out += '\\';
    }
    out += c;
  }
  return false;
}

} // namespace

bool read_label_list::has(std::string_view name) const noexcept {
  return std::any_of(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(used_),
                     [&](const auto& item) { return item.first == name; });
}

std::string& read_label_list::add(std::string_view name) {
  if (used_ == items_.size()) items_.emplace_back();
  auto& item = items_[used_++];
  item.first = name;
  item.second.clear();
  return item.second;
}

std::vector<label> read_label_list::labels() const {
  std::vector<label> out;
  out.reserve(used_);
  for (std::size_t i = 0; i < used_; ++i)
    out.push_back({items_[i].first, items_[i].second});
  return out;
}

std::string_view take_name(std::string_view& rest, std::string_view more) {
  std::size_t length = 0;
  const auto is_in_name = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || more.find(c) != more.npos ||
           (length > 0 && c >= '0' && c <= '9');
  };
  while (length < rest.size() && is_in_name(rest[length]))
    ++length;
  const std::string_view out = rest.substr(0, length);
  rest.remove_prefix(length);
  return out;
}

std::optional<std::string> read_labels(std::string_view& rest, read_label_list& out) {
  out.clear();
  if (rest.empty() || rest.starts_with('}')) return std::nullopt;
  while (true) {
    const std::string_view name = take_name(rest);
    if (name.empty()) return "a label's name is missing";
    if (out.has(name)) return cat("the label ", name, " stands there twice");
    if (!rest.starts_with("=\"")) return cat("=\" is missing after ", name);
    rest.remove_prefix(2);
    if (!take_value(rest, out.add(name))) return cat("the value of ", name, " has no end");
    if (!rest.starts_with(',')) return std::nullopt;
    rest.remove_prefix(1);
  }
}

} // namespace reeve::rules
