// SPDX-License-Identifier: Apache-2.0
#include "pattern.hpp"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <utility>

namespace reeve::process_watch {

struct pattern::engine {
  engine(const std::string& text, const RE2::Options& options) : regex(text, options) {}
  RE2 regex;
};

pattern::pattern(std::unique_ptr<const engine> e) : engine_(std::move(e)) {}
pattern::~pattern() = default;

std::unique_ptr<const pattern> pattern::compile(const std::string& text, std::string& problem) {
  RE2::Options options;
  options.set_log_errors(false); // it would write to stderr
  options.set_max_mem(1 << 20);  // of each pattern's program and caches: many rules must not add up to much
  auto e = std::make_unique<const engine>(text, options);
  if (!e->regex.ok()) {
    problem = e->regex.error();
    return nullptr;
  }
  return std::unique_ptr<const pattern>(new pattern(std::move(e)));
}

std::vector<std::string> pattern::capture_names() const {
  std::vector<std::string> out;
  for (const auto& [index, name] : engine_->regex.CapturingGroupNames())
    out.push_back(name);
  return out;
}

bool pattern::matches(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), engine_->regex);
}

bool pattern::matches(std::string_view text, captures& taken) const {
  const RE2& regex = engine_->regex;
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) + 1);
  if (!regex.Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED, groups.data(),
                   static_cast<int>(groups.size())))
    return false;
  for (const auto& [index, name] : regex.CapturingGroupNames()) {
    const re2::StringPiece& group = groups[static_cast<std::size_t>(index)];
    taken.push_back({name, group.data() ? std::string(group.data(), group.size()) : std::string()});
  }
  return true;
}

} // namespace reeve::process_watch
