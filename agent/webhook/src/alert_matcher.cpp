// SPDX-License-Identifier: Apache-2.0
#include "alert_matcher.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace reeve::webhook {

using relation = config::label_matcher::relation;

alert_matcher::alert_matcher(const std::vector<config::label_matcher>& all) {
  RE2::Options options;
  options.set_log_errors(false);
  for (const config::label_matcher& m : all) {
    const bool is_regex = m.is == relation::matches || m.is == relation::matches_not;
    all_.push_back({m, is_regex ? std::make_unique<RE2>(m.value, options) : nullptr});
  }
}

alert_matcher::~alert_matcher() = default;
alert_matcher::alert_matcher(alert_matcher&&) noexcept = default;
alert_matcher& alert_matcher::operator=(alert_matcher&&) noexcept = default;

bool alert_matcher::one::accepts(std::string_view value) const {
  switch (what.is) {
  case relation::equal:
    return value == what.value;
  case relation::not_equal:
    return value != what.value;
  case relation::matches:
    return RE2::FullMatch({value.data(), value.size()}, *regex);
  case relation::matches_not:
    return !RE2::FullMatch({value.data(), value.size()}, *regex);
  }
  return false;
}

bool alert_matcher::accepts(const labels& of_alert) const {
  return std::ranges::all_of(all_, [&](const one& m) { return m.accepts(value_of(of_alert, m.what.label)); });
}

} // namespace reeve::webhook
