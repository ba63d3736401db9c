// SPDX-License-Identifier: Apache-2.0
#include "rules.hpp"

#include "read_file.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::config {

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool is_label_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_absolute(std::string_view path) {
  return to_path(std::string(path)).is_absolute();
}

bool read_absolute(table_reader& in, std::string_view key, std::string& out) {
  std::string text = out;
  if (!in.read(key, text)) return false;
  if (!text.empty() && !is_absolute(text)) {
    in.problem(key, cat(" is \"", text, "\", which is not an absolute path"));
    return false;
  }
  out = std::move(text);
  return true;
}

} // namespace reeve::config
