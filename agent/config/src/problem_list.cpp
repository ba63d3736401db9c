// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/problem_list.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>

namespace reeve::config {

namespace {
constexpr std::size_t longest_excerpt = 400;
constexpr std::size_t most_problems = 100;

// How much of the line may be shown: excerpts get into logs and events, where a secret is not to be read, under a misspelt key
// neither.
std::size_t begin_of_secret(std::string_view line) {
  constexpr std::array<std::string_view, 2> secrets{"token", "password"};
  for (std::size_t at = line.find('='); at != line.npos; at = line.find('=', at + 1)) {
    const std::size_t end = line.find_last_not_of("\"' \t", at == 0 ? line.npos : at - 1);
    if (at == 0 || end == line.npos) continue;
    std::string_view key = line.substr(0, end + 1);
    key.remove_prefix(key.find_last_of("\"' \t.,{[") + 1);
    const bool is_secret =
        std::ranges::any_of(secrets, [&](std::string_view secret) { return key.ends_with(secret); }) ||
        !did_you_mean(key, secrets).empty();
    const std::size_t value = line.find_first_not_of(" \t", at + 1);
    if (is_secret && value != line.npos) return value;
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
  const std::size_t secret = begin_of_secret(rest.substr(0, longest_excerpt));
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
