// SPDX-License-Identifier: Apache-2.0
#include "reeve/store/family_names.hpp"

#include "label_value_text.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace reeve::store {

namespace {

constexpr std::size_t max_help_bytes = 4096;

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_metric_name(std::string_view name) noexcept {
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == ':';
  });
}

bool is_label_key(std::string_view key) noexcept {
  return !key.empty() && !is_digit(key.front()) && !key.starts_with("__") &&
         std::all_of(key.begin(), key.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

void strip(std::string& name, std::string_view suffix) {
  if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
}

error refused(const family_spec& spec, std::string_view what) {
  return {errc::invalid_argument, cat("metric family \"", spec.name, "\": ", what)};
}

result<> check_label_keys(const family_spec& spec) {
  for (std::size_t i = 0; i < spec.label_keys.size(); ++i) {
    const std::string& key = spec.label_keys[i];
    if (!is_label_key(key)) return refused(spec, cat("\"", key, "\" is not a legal label key"));
    if (spec.kind == metric_kind::histogram && key == "le")
      return refused(spec, "a histogram's le label is the exposition's own");
    if (std::find(spec.label_keys.begin(), spec.label_keys.begin() + static_cast<std::ptrdiff_t>(i), key) !=
        spec.label_keys.begin() + static_cast<std::ptrdiff_t>(i))
      return refused(spec, cat("label key \"", key, "\" stands twice"));
  }
  return {};
}

result<> check_bounds(const family_spec& spec) {
  if (spec.kind != metric_kind::histogram && !spec.bounds.empty())
    return refused(spec, "only a histogram has bounds");
  for (std::size_t i = 0; i < spec.bounds.size(); ++i) {
    if (!std::isfinite(spec.bounds[i])) return refused(spec, "a bound is not finite (+Inf is implied)");
    if (i > 0 && !(spec.bounds[i - 1] < spec.bounds[i])) return refused(spec, "the bounds do not ascend");
  }
  return {};
}

result<> check_unit(const family_spec& spec) {
  if (spec.unit.empty()) return {};
  if (spec.kind == metric_kind::info) return refused(spec, "an info family has no unit");
  if (!spec.name.ends_with(cat("_", spec.unit)))
    return refused(spec, cat("the name does not end in its unit \"", spec.unit, "\""));
  return {};
}

} // namespace

std::span<const std::string_view> taken_suffixes(metric_kind kind) noexcept {
  static constexpr std::array<std::string_view, 1> gauge{""};
  static constexpr std::array<std::string_view, 3> counter{"", "_total", "_created"};
  static constexpr std::array<std::string_view, 5> histogram{"", "_count", "_sum", "_bucket", "_created"};
  static constexpr std::array<std::string_view, 2> info{"", "_info"};
  switch (kind) {
  case metric_kind::counter:
    return counter;
  case metric_kind::histogram:
    return histogram;
  case metric_kind::info:
    return info;
  case metric_kind::gauge:
    break;
  }
  return gauge;
}

result<family_spec> checked(const family_spec& declared) {
  family_spec spec = declared;
  if (spec.kind == metric_kind::counter) strip(spec.name, "_total");
  if (spec.kind == metric_kind::info) strip(spec.name, "_info");
  if (!is_metric_name(spec.name)) return refused(declared, "not a legal metric name");
  if (const auto fine = check_label_keys(spec); !fine) return fine.error();
  if (const auto fine = check_bounds(spec); !fine) return fine.error();
  if (const auto fine = check_unit(spec); !fine) return fine.error();
  spec.help = clean_text(spec.help, max_help_bytes);
  return spec;
}

bool same_schema(const family_spec& a, const family_spec& b) {
  return a.kind == b.kind && a.name == b.name && a.help == b.help && a.unit == b.unit &&
         a.label_keys == b.label_keys && a.bounds == b.bounds;
}

} // namespace reeve::store
