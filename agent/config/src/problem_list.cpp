// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/problem_list.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::config {

namespace {
constexpr std::size_t longest_excerpt = 400;
constexpr std::size_t most_problems = 100;

// How much of the line may be shown: excerpts get into logs and events, where a secret is not to be read.
std::size_t begin_of_secret(std::string_view line) {
  for (const std::string_view key : {"token", "password"})
    for (std::size_t at = line.find(key); at != line.npos; at = line.find(key, at + 1)) {
      std::size_t end = line.find_first_not_of("\"' \t", at + key.size());
      if (end == line.npos || line[end] != '=') continue;
      end = line.find_first_not_of(" \t", end + 1);
      if (end != line.npos) return end;
    }
  return line.npos;
}

} // namespace

void source_texts::add(std::string file, std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3); // the parser's columns do not count it
  files_.emplace_back(std::move(file), std::move(text));
}

std::string source_texts::line(const source_position& where) const {
  const auto found = std::ranges::find(files_, where.file, [](const auto& file) { return file.first; });
  if (found == files_.end() || where.line == 0) return {};
  std::string_view rest = found->second;
  for (std::uint32_t line = 1; line < where.line; ++line) {
    const std::size_t end = rest.find('\n');
    if (end == rest.npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  const std::size_t secret = begin_of_secret(rest);
  std::string out;
  append_utf8(out, rest.substr(0, secret), longest_excerpt);
  if (secret != rest.npos) out += "...";
  return out;
}

void problem_list::add(const source_position& where, std::string message, std::string hint) {
  if (problems_.size() == most_problems)
    ++not_kept_;
  else
    problems_.push_back({where, std::move(message), texts_.line(where), std::move(hint)});
}

std::vector<diagnostic> problem_list::take() {
  if (const std::size_t count = std::exchange(not_kept_, 0)) {
    diagnostic others;
    others.message = cat(count, " more problems are not shown");
    problems_.push_back(std::move(others));
  }
  return std::exchange(problems_, {});
}

} // namespace reeve::config
