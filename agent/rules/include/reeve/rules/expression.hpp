// SPDX-License-Identifier: Apache-2.0
// Expressions in PromQL's syntax: the part of the language that gives one vector or one number for one moment. What is read
// here means the same as in Prometheus 2.42; what is not in the subset is refused with its place, never read otherwise.
// Left out: group_left and group_right, subqueries, @, strings as values, histogram functions, label_replace and label_join.
#pragma once

#include "reeve/rules/selector.hpp"

#include "reeve/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace reeve::rules {

enum class value_type : std::uint8_t { scalar, vector, range };

enum class binary_operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  power,
  equal,
  not_equal,
  greater,
  less,
  greater_or_equal,
  less_or_equal,
  both,   // and
  either, // or
  unless
};
constexpr bool is_comparison(binary_operator op) noexcept {
  return op >= binary_operator::equal && op <= binary_operator::less_or_equal;
}
constexpr bool is_set_operator(binary_operator op) noexcept {
  return op >= binary_operator::both;
}

enum class aggregator : std::uint8_t { sum, min, max, avg, count, group, topk, bottomk };

struct function; // one of the subset's

struct expression;
using expression_ptr = std::unique_ptr<const expression>;

struct number_literal {
  double value = 0;
};
struct signed_expression { // -x, and +x, which is x but that a metric's name stands no longer alone
  bool is_negative = true;
  expression_ptr of;
};
struct binary_expression {
  binary_operator op = binary_operator::add;
  bool gives_bool = false;
  bool has_matching = false;       // on() or ignoring() is written
  bool is_on = false;              // labels are those of on(), else those of ignoring()
  std::vector<std::string> labels; // sorted, each once
  expression_ptr left, right;
};
struct aggregation {
  aggregator what = aggregator::sum;
  bool is_without = false;         // labels are those of without(), else those of by()
  std::vector<std::string> labels; // sorted, each once
  expression_ptr parameter;        // of topk and bottomk, else null
  expression_ptr of;
};
struct function_call {
  const function* what = nullptr; // lives for ever
  std::vector<expression_ptr> arguments;
};

struct expression {
  value_type type = value_type::scalar;
  std::size_t offset = 0; // in the text, where it begins
  std::variant<number_literal, selector, signed_expression, binary_expression, aggregation, function_call> is;
};

struct expression_problem {
  std::size_t offset = 0; // in bytes from the beginning of the text
  std::string message;
  std::string hint; // what to write instead; may be empty
};

// From left to right. They live as long as the expression.
std::vector<const selector*> selectors_of(const expression& e);
std::vector<const expression*> selections_in(const expression& e); // those that are selectors

// "2:14: MESSAGE (HINT)": the line and the column of characters, both from 1.
std::string describe(const expression_problem& problem, std::string_view text);

// A result that is neither a vector nor a number is a problem too.
boost::system::result<expression_ptr, expression_problem> parse_expression(std::string_view text);

[[noreturn]] void throw_exception_from_error(const expression_problem& e, const boost::source_location&);

} // namespace reeve::rules
