// SPDX-License-Identifier: Apache-2.0
#include "tests/dashboards/dashboard_files.hpp"

#include "tests/support/temp_dir.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <regex>

namespace reeve::test {

namespace json = boost::json;

std::vector<dashboard> shipped_dashboards() {
  std::vector<dashboard> out;
  for (const auto& file :
       std::filesystem::directory_iterator(std::filesystem::path(REEVE_SOURCE_DIR) / "dashboards"))
    if (file.path().extension() == ".json")
      out.push_back({file.path().stem().string(), json::parse(read_file(file.path()))});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

std::vector<json::object> panels_of(const dashboard& board) {
  std::vector<json::object> out;
  for (const json::value& panel : board.document.at("panels").as_array()) {
    if (panel.at("type") != "row") {
      out.push_back(panel.as_object());
      continue;
    }
    for (const json::value& inner : panel.at("panels").as_array())
      out.push_back(inner.as_object());
  }
  return out;
}

std::vector<std::string> expressions_of(const json::object& panel) {
  std::vector<std::string> out;
  for (const json::value& target : panel.at("targets").as_array())
    out.emplace_back(target.at("expr").as_string());
  return out;
}

std::vector<json::object> annotations_of(const dashboard& board) {
  std::vector<json::object> out;
  for (const json::value& annotation : board.document.at_pointer("/annotations/list").as_array())
    if (!annotation.as_object().contains("builtIn")) out.push_back(annotation.as_object());
  return out;
}

std::vector<std::string> expressions_of(const dashboard& board) {
  std::vector<std::string> out;
  for (const json::object& panel : panels_of(board))
    for (std::string& expression : expressions_of(panel))
      out.push_back(std::move(expression));
  for (const json::object& annotation : annotations_of(board))
    out.emplace_back(annotation.at("expr").as_string());
  return out;
}

std::filesystem::path rules_folder() {
  return std::filesystem::path(REEVE_SOURCE_DIR) / "dashboards" / "rules";
}

std::vector<selector> selectors_in(const std::string& expression) {
  static const std::regex metric(
      R"re((?:[a-z_]+:)?\b((?:reeve|process|scrape|ALERTS)_?\w*|up)\b(?::\w+)?(?:\{([^}]*)\})?)re");
  std::vector<selector> out;
  for (auto at = std::sregex_iterator(expression.begin(), expression.end(), metric);
       at != std::sregex_iterator(); ++at) {
    const std::string whole = (*at)[0].str();
    out.push_back({whole.substr(0, whole.find('{')), (*at)[2]});
  }
  return out;
}

std::string with_variables(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string out;
  while (!text.empty()) {
    const auto dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    const bool braces = text.starts_with("${");
    const auto begin = braces ? 2u : 1u;
    const auto end = std::find_if(text.begin() + begin, text.end(), [](char c) {
      return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
    });
    const auto name_end = static_cast<std::size_t>(end - text.begin());
    const auto found = values.find(std::string(text.substr(begin, name_end - begin)));
    const auto used = braces ? std::min(text.find('}', name_end), text.size() - 1) + 1 : name_end;
    out += found == values.end() ? std::string(text.substr(0, used)) : found->second;
    text.remove_prefix(used);
  }
  return out;
}

} // namespace reeve::test
