// SPDX-License-Identifier: Apache-2.0
#include "step_text.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::remedy {

std::string describe(const config::step_settings& step) {
  if (!step.target.empty()) return cat(step.action, " ", step.target);
  if (!step.command.empty()) return cat(step.action, " ", step.command.front());
  return step.action;
}

std::string format_time_of_day(std::chrono::minutes time) {
  const auto two = [](auto n) { return cat(n < 10 ? "0" : "", n); };
  return cat(two(time.count() / 60), ":", two(time.count() % 60));
}

} // namespace reeve::remedy
