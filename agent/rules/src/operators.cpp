// SPDX-License-Identifier: Apache-2.0
#include "operators.hpp"

#include "go_math.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace reeve::rules {

namespace {

using op = binary_operator;

constexpr std::array<operator_row, 15> operators{{
    {"or", op::either, 1},
    {"and", op::both, 2},
    {"unless", op::unless, 2},
    {"==", op::equal, 3},
    {"!=", op::not_equal, 3},
    {">=", op::greater_or_equal, 3},
    {"<=", op::less_or_equal, 3},
    {">", op::greater, 3},
    {"<", op::less, 3},
    {"+", op::add, 4},
    {"-", op::subtract, 4},
    {"*", op::multiply, 5},
    {"/", op::divide, 5},
    {"%", op::modulo, 5},
    {"^", op::power, binds_power},
}};

constexpr std::array<std::pair<std::string_view, aggregator>, 8> aggregators{{
    {"sum", aggregator::sum},
    {"min", aggregator::min},
    {"max", aggregator::max},
    {"avg", aggregator::avg},
    {"count", aggregator::count},
    {"group", aggregator::group},
    {"topk", aggregator::topk},
    {"bottomk", aggregator::bottomk},
}};

} // namespace

const operator_row* find_operator(const token& t) {
  const auto at = std::ranges::find_if(
      operators, [&](const operator_row& o) { return t.is(o.written) || t.is_word(o.written); });
  return at == operators.end() ? nullptr : &*at;
}

std::string_view name_of(binary_operator what) {
  return std::ranges::find(operators, what, &operator_row::op)->written;
}

std::optional<aggregator> find_aggregator(std::string_view name) {
  for (const auto& [written, what] : aggregators)
    if (is_same_word(name, written)) return what;
  return std::nullopt;
}

std::string_view name_of(aggregator what) {
  return aggregators[static_cast<std::size_t>(what)].first;
}

std::string instead_of(std::string_view name) {
  if (name == "quantile" || name == "stddev" || name == "stdvar" || name == "count_values")
    return "of the aggregations there are sum, min, max, avg, count, group, topk and bottomk";
  if (name == "quantile_over_time" || name == "stddev_over_time" || name == "stdvar_over_time")
    return "use max_over_time, min_over_time or avg_over_time";
  if (name.starts_with("histogram_")) return "compare the rate of a bucket with the rate of the count";
  if (name == "label_replace" || name == "label_join") return "name the labels in by() or on()";
  if (name == "holt_winters") return "use predict_linear";
  if (name == "sort" || name == "sort_desc")
    return "leave it out: the order of a rule's samples is of no account";
  if (name == "timestamp" || name == "hour" || name == "minute" || name == "month" || name == "year" ||
      name.starts_with("day_") || name.starts_with("days_"))
    return "use time(), or a maintenance window";
  return {};
}

bool compare(binary_operator what, double left, double right) {
  switch (what) {
  case op::equal:
    return left == right;
  case op::not_equal:
    return left != right;
  case op::greater:
    return left > right;
  case op::less:
    return left < right;
  case op::greater_or_equal:
    return left >= right;
  default:
    return left <= right;
  }
}

double compute(binary_operator what, double left, double right) {
  switch (what) {
  case op::add:
    return left + right;
  case op::subtract:
    return left - right;
  case op::multiply:
    return left * right;
  case op::divide:
    return left / right;
  case op::modulo:
    return std::fmod(left, right);
  case op::power:
    return power_as_go(left, right);
  default:
    return compare(what, left, right) ? 1 : 0;
  }
}

} // namespace reeve::rules
