// SPDX-License-Identifier: Apache-2.0
#include "rules.hpp"

#include "read_file.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

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

std::optional<std::chrono::minutes> time_of_day(std::string_view text) {
  unsigned hour = 24, minute = 60;
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto read = [&](std::size_t at, unsigned& out) {
    const auto [end, problem] = std::from_chars(text.data() + at, text.data() + at + 2, out);
    return problem == std::errc() && end == text.data() + at + 2;
  };
  if (!read(0, hour) || !read(3, minute) || hour > 23 || minute > 59) return std::nullopt;
  return std::chrono::minutes(hour * 60 + minute);
}

cron_expression::weekday_set read_days(table_reader& in, problem_list& problems) {
  static constexpr std::array<std::string_view, 7> names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  cron_expression::weekday_set out;
  std::vector<std::string> texts{"mon"};
  std::vector<source_position> places;
  if (!in.read_strings("days", texts, &places)) return out.set();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto found = std::ranges::find(names, texts[i]);
    if (found == names.end())
      problems.add(places[i], cat(in.full_name("days"), " has \"", texts[i], "\", which is no day"),
                   "the days are \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\" and \"sun\"");
    else
      out.set(static_cast<std::size_t>(found - names.begin()));
  }
  if (texts.empty()) in.problem("days", " is empty", "leave it out for every day");
  return out.none() ? out.set() : out;
}

} // namespace reeve::config
