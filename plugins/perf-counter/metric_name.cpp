// SPDX-License-Identifier: Apache-2.0
#include "metric_name.hpp"

#include <algorithm>

namespace reeve::perf_counter {

namespace {

constexpr std::string_view total = "_total";
constexpr std::size_t max_bytes = 128;
// Prometheus's base units ("Metric and label naming", docs/practices/naming.md).
constexpr std::string_view units[] = {"seconds", "bytes",   "ratio",  "celsius", "meters",
                                      "volts",   "amperes", "joules", "grams",   "hertz"};
// Endings that the exposition gives a meaning of its own.
constexpr std::string_view reserved[] = {"_total", "_info", "_bucket", "_sum", "_count", "_created"};
// What the plugin shows of itself.
constexpr std::string_view own[] = {"available", "left_out_series"};

bool is_name(std::string_view text) noexcept {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto rest = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), rest);
}

} // namespace

std::string chosen_name(std::string_view name, bool counter, std::string& problem) {
  const std::string asked(name);
  if (name.starts_with(name_prefix)) name.remove_prefix(name_prefix.size());
  if (counter && name.ends_with(total)) name.remove_suffix(total.size());
  if (!is_name(name) || name.size() > max_bytes) {
    problem =
        "\"" + asked +
        "\" is no name of a metric: lower case letters, digits and underscores, beginning with a letter";
    return {};
  }
  for (const std::string_view ending : reserved)
    if (name.ends_with(ending)) {
      problem = "\"" + asked + "\" ends in \"" + std::string(ending) + "\", which " +
                (ending == total ? "is for type = \"counter\"" : "has a meaning of its own in Prometheus");
      return {};
    }
  if (std::find(std::begin(own), std::end(own), name) != std::end(own)) {
    problem = "\"" + asked + "\" is the name of a metric of the plugin itself";
    return {};
  }
  return std::string(name);
}

bool is_label_key(std::string_view key) noexcept {
  return is_name(key) && !key.starts_with("__") && key.size() <= max_bytes;
}

std::string_view unit_of(std::string_view name) noexcept {
  for (const std::string_view unit : units)
    if (name.size() > unit.size() && name.ends_with(unit) && name[name.size() - unit.size() - 1] == '_')
      return unit;
  return {};
}

} // namespace reeve::perf_counter
