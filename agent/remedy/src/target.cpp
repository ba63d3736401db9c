// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/target.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::remedy {

namespace {

constexpr std::string_view unit_ending =
    ".service"; // systemd.unit(5); systemctl(1) adds it where it is not there

bool is_label_name(std::string_view text) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

} // namespace

const char* name_of(target_kind kind) noexcept {
  switch (kind) {
  case target_kind::none:
    return "";
  case target_kind::process:
    return "process";
  case target_kind::service:
    return "service";
  case target_kind::series:
    return "series";
  case target_kind::port:
    return "port";
  case target_kind::file:
    return "file";
  }
  return "";
}

std::string key_of(const target& t) {
  if (t.kind == target_kind::none) return {};
  // The holder of a port and the process of a series may be one and the same.
  if (is_bare_process(t.kind)) return cat("pid:", t.id.pid, ":", t.id.start);
  std::string_view name = t.name;
  if (t.kind == target_kind::service && name.ends_with(unit_ending)) name.remove_suffix(unit_ending.size());
  return cat(name_of(t.kind), ":", name);
}

std::string place_of(const target& t) {
  if (t.kind != target_kind::port && t.kind != target_kind::file) return {};
  return cat(name_of(t.kind), ":", t.name);
}

result<std::string> expand(std::string_view text, const rules::label_list& labels) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t close = text.find('}');
    const std::string_view name = close == text.npos ? std::string_view() : text.substr(1, close - 1);
    if (!is_label_name(name)) {
      out += '{';
      text.remove_prefix(1);
      continue;
    }
    const auto found =
        std::ranges::find(labels, name, [](const auto& l) { return std::string_view(l.first); });
    if (found == labels.end()) return error{errc::not_found, cat("the alert has no label \"", name, "\""), 0};
    out += found->second;
    text.remove_prefix(close + 1);
  }
  return out;
}

} // namespace reeve::remedy
