// SPDX-License-Identifier: Apache-2.0
#include "counters/number_pattern.hpp"

#include "reeve/base/strings.hpp"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace reeve::os {

namespace {

constexpr int max_groups = 16;
constexpr std::size_t max_matches = 10'000; // a pattern that matches everywhere
constexpr std::string_view blanks = " \t\r\n";

bool to_value(std::string_view word, double& out) noexcept {
  if (word.starts_with('+')) word.remove_prefix(1);
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), out);
  return problem == std::errc() && end == word.data() + word.size() && std::isfinite(out);
}

std::string_view view(const re2::StringPiece& piece) noexcept {
  return piece.data() ? std::string_view(piece.data(), piece.size()) : std::string_view();
}

} // namespace

struct number_pattern::engine {
  engine(const std::string& text, const RE2::Options& options) : regex(text, options) {}
  RE2 regex;
  int value = 0, instance = 0; // numbers of groups; 0: the whole match, and none
};

number_pattern::number_pattern(std::unique_ptr<const engine> e) : engine_(std::move(e)) {}
number_pattern::number_pattern(number_pattern&&) noexcept = default;
number_pattern& number_pattern::operator=(number_pattern&&) noexcept = default;
number_pattern::~number_pattern() = default;

result<number_pattern> number_pattern::compile(const std::string& expression) {
  if (expression.empty()) return number_pattern(nullptr);
  RE2::Options options;
  options.set_log_errors(false); // it would write to stderr
  options.set_max_mem(1 << 20);
  auto e = std::make_unique<engine>("(?m)" + expression, options);
  if (!e->regex.ok())
    return error{errc::invalid_argument, cat("not a regular expression: ", e->regex.error())};
  if (e->regex.NumberOfCapturingGroups() >= max_groups)
    return error{errc::invalid_argument, cat("more than ", max_groups - 1, " groups")};
  const auto& named = e->regex.NamedCapturingGroups();
  if (const auto at = named.find("instance"); at != named.end()) e->instance = at->second;
  if (const auto at = named.find("value"); at != named.end())
    e->value = at->second;
  else if (e->regex.NumberOfCapturingGroups() > (e->instance != 0 ? 1 : 0))
    e->value = e->instance == 1 ? 2 : 1;
  else if (e->instance != 0)
    return error{errc::invalid_argument, "no group takes the number: name it (?P<value>...)"};
  return number_pattern(std::move(e));
}

bool number_pattern::find(std::string_view text, const taker& take) const {
  double value = 0;
  if (!engine_) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return false;
    text.remove_prefix(begin);
    if (!to_value(text.substr(0, text.find_first_of(blanks)), value)) return false;
    take(value, {});
    return true;
  }
  const re2::StringPiece whole(text.data(), text.size());
  std::array<re2::StringPiece, max_groups> groups;
  const int wanted = std::max(engine_->value, engine_->instance) + 1;
  bool found = false;
  std::size_t from = 0;
  for (std::size_t matches = 0; matches < max_matches && from <= text.size(); ++matches) {
    if (!engine_->regex.Match(whole, from, text.size(), RE2::UNANCHORED, groups.data(), wanted)) break;
    const auto end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
    if (to_value(view(groups[static_cast<std::size_t>(engine_->value)]), value)) {
      const int instance = engine_->instance;
      take(value, instance != 0 ? view(groups[static_cast<std::size_t>(instance)]) : std::string_view());
      found = true;
      if (instance == 0) return true;
    }
    from = groups[0].empty() ? end + 1 : end;
  }
  return found;
}

} // namespace reeve::os
