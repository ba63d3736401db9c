// SPDX-License-Identifier: Apache-2.0
#include "sample_file.hpp"

#include "reeve/base/strings.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <variant>

namespace reeve::cli {

namespace {

class metric_walk {
 public:
  explicit metric_walk(const std::set<std::string>& known) : known_(known) {}

  void look(const rules::expression& e) {
    std::visit([&](const auto& what) { look_at(what); }, e.is);
  }
  std::set<std::string> unknown;

 private:
  void look_at(const rules::number_literal&) {}
  void look_at(const rules::selector& s) {
    if (!s.metric.empty() && !known_.contains(s.metric)) unknown.insert(s.metric);
  }
  void look_at(const rules::negation& n) { look(*n.of); }
  void look_at(const rules::binary_expression& b) {
    look(*b.left);
    look(*b.right);
  }
  void look_at(const rules::aggregation& a) {
    if (a.parameter) look(*a.parameter);
    look(*a.of);
  }
  void look_at(const rules::function_call& c) {
    for (const rules::expression_ptr& argument : c.arguments)
      look(*argument);
  }

  const std::set<std::string>& known_;
};

} // namespace

result<std::vector<rules::timed_sample>> read_sample_file(const std::string& path) {
  std::string text;
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream file(std::filesystem::path(std::u8string(path.begin(), path.end())), std::ios::binary);
    if (!file) return error{errc::not_found, cat(path, " cannot be read")};
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  auto read = rules::read_samples(text);
  if (!read) return error{read.error().code, cat(path, ": ", read.error().message)};
  return read;
}

std::set<std::string> unknown_metrics(const rules::expression& e, const std::set<std::string>& known) {
  metric_walk walk(known);
  walk.look(e);
  return std::move(walk.unknown);
}

} // namespace reeve::cli
