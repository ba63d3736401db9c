// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"

#include "completion/command_model.hpp"

#include "reeve/base/strings.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace reeve::cli {

CLI::Option* take_one_of(CLI::Option* option, std::vector<std::string> words) {
  const std::string description = cat("{", joined(words, ","), "}");
  const auto check = [words = std::move(words)](const std::string& given) -> std::string {
    if (std::find(words.begin(), words.end(), given) != words.end()) return {};
    const std::vector<std::string_view> known(words.begin(), words.end());
    const std::string_view near = did_you_mean(given, known);
    return near.empty() ? cat("\"", given, "\" is none of: ", joined(words, ", "))
                        : cat("\"", given, "\" is unknown; did you mean \"", near, "\"?");
  };
  option->type_name("WORD")->check(CLI::Validator(check, description));
  return option;
}

std::string check_duration(const std::string& text, nanoseconds least, nanoseconds most, const char* range) {
  const auto duration = parse_duration(text);
  if (!duration) return duration.error().message;
  return *duration >= least && *duration <= most ? "" : cat("must be ", range);
}

void take_timeout(CLI::App& verb, std::string& text) {
  text = "1m";
  const auto check = [](const std::string& given) {
    return check_duration(given, std::chrono::milliseconds(1), std::chrono::hours(24), "1ms to 24h");
  };
  verb.add_option("-t,--timeout", text, "How long to wait")
      ->type_name("TIME")
      ->capture_default_str()
      ->check(CLI::Validator(check, ""));
}

std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{'), close = type.rfind('}');
  std::vector<std::string> out;
  if (open == std::string::npos || close == std::string::npos) return out;
  std::string_view rest = std::string_view(type).substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    out.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return out;
}

} // namespace reeve::cli
