// SPDX-License-Identifier: Apache-2.0
#include "name_template.hpp"

#include <utility>

namespace reeve::process_watch {

namespace {

using variable = name_template::variable;

constexpr std::string_view match_prefix = ".Matches.";
constexpr std::pair<std::string_view, variable> variables[] = {
    {".Comm", variable::comm},        {".ExeBase", variable::exe_base},
    {".ExeFull", variable::exe_full}, {".Username", variable::username},
    {".PID", variable::pid},          {".StartTime", variable::start_time}};

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::string_view capture_text(const captures& taken, std::string_view name) noexcept {
  std::string_view found;
  for (const capture& c : taken) // the last of that name, as process-exporter has it
    if (c.name == name) found = c.text;
  return found;
}

} // namespace

bool name_template::parse(std::string_view text, std::string& problem) {
  std::vector<part> parts;
  while (!text.empty()) {
    part next;
    const std::size_t open = text.find("{{");
    next.text = text.substr(0, open);
    if (open != std::string_view::npos) {
      const std::size_t close = text.find("}}", open);
      if (close == std::string_view::npos) {
        problem = "\"{{\" without \"}}\"";
        return false;
      }
      const std::string_view inside = trimmed(text.substr(open + 2, close - open - 2));
      for (const auto& [name, what] : variables)
        if (inside == name) next.what = what;
      if (inside.starts_with(match_prefix) && inside.size() > match_prefix.size()) {
        next.what = variable::match;
        next.match = inside.substr(match_prefix.size());
      }
      if (next.what == variable::none) {
        problem = "unknown variable \"{{" + std::string(inside) + "}}\"; there are";
        for (const auto& known : variables)
          problem += " {{" + std::string(known.first) + "}}";
        problem += " and {{.Matches.NAME}}";
        return false;
      }
      text.remove_prefix(close + 2);
    } else {
      text = {};
    }
    parts.push_back(std::move(next));
  }
  parts_ = std::move(parts);
  return true;
}

bool name_template::uses(variable v) const noexcept {
  for (const part& p : parts_)
    if (p.what == v) return true;
  return false;
}

std::vector<std::string_view> name_template::match_names() const {
  std::vector<std::string_view> out;
  for (const part& p : parts_)
    if (p.what == variable::match) out.emplace_back(p.match);
  return out;
}

std::string name_template::render(const subject& process, const captures& taken) const {
  std::string out;
  for (const part& p : parts_) {
    out += p.text;
    switch (p.what) {
    case variable::none:
      break;
    case variable::comm:
      out += process.name;
      break;
    case variable::exe_base:
      out += process.executable.empty() ? process.name : base_name(process.executable);
      break;
    case variable::exe_full:
      out += process.executable.empty() ? process.name : process.executable;
      break;
    case variable::username:
      out += process.user.empty() ? std::string_view("unknown") : process.user;
      break;
    case variable::pid:
      out += std::to_string(process.pid);
      break;
    case variable::start_time:
      out += process.has_start_time ? utc_text(process.start_unix_ns) : "unknown";
      break;
    case variable::match:
      out += capture_text(taken, p.match);
      break;
    }
  }
  return out.empty() ? std::string(process.name) : out;
}

} // namespace reeve::process_watch
