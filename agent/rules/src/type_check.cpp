// SPDX-License-Identifier: Apache-2.0
#include "type_check.hpp"

#include "functions.hpp"
#include "operators.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::rules {

namespace {

using problem = std::optional<expression_problem>;

std::string_view shown(value_type type) {
  switch (type) {
  case value_type::scalar:
    return "a number";
  case value_type::vector:
    return "a vector";
  case value_type::range:
    break;
  }
  return "a range";
}

std::string hint_for(value_type wanted, value_type given) {
  if (wanted == value_type::range && given == value_type::vector)
    return "give the selector a range, as in NAME[5m]";
  if (wanted == value_type::vector && given == value_type::range)
    return "put a function around the range, as in rate(NAME[5m])";
  if (wanted == value_type::scalar && given == value_type::vector)
    return "scalar() makes a number of a vector of one";
  if (wanted == value_type::vector && given == value_type::scalar)
    return "vector() makes a vector of a number";
  return {};
}

problem wants(value_type wanted, const expression& given, std::string_view what) {
  if (given.type == wanted) return std::nullopt;
  return expression_problem{given.offset,
                            cat(what, " takes ", shown(wanted), ", and this is ", shown(given.type)),
                            hint_for(wanted, given.type)};
}

problem check(expression& e, const number_literal&) {
  e.type = value_type::scalar;
  return std::nullopt;
}

problem check(expression& e, const selector& s) {
  e.type = s.range_ms > 0 ? value_type::range : value_type::vector;
  return std::nullopt;
}

problem check(expression& e, const signed_expression& s) {
  e.type = s.of->type;
  return std::nullopt;
}

problem check(expression& e, const binary_expression& b) {
  const std::string_view name = name_of(b.op);
  for (const expression* const side : {b.left.get(), b.right.get()})
    if (side->type == value_type::range) return wants(value_type::vector, *side, name);
  const bool is_scalar = b.left->type == value_type::scalar && b.right->type == value_type::scalar;
  const bool has_scalar = b.left->type == value_type::scalar || b.right->type == value_type::scalar;
  if (is_set_operator(b.op) && has_scalar)
    return expression_problem{e.offset, cat(name, " goes between vectors alone"),
                              "vector() makes one of a number"};
  if (b.has_matching && has_scalar)
    return expression_problem{e.offset, "on and ignoring go between vectors alone", {}};
  if (is_scalar && is_comparison(b.op) && !b.gives_bool)
    return expression_problem{e.offset, "two numbers are compared with bool alone",
                              cat("write ", name, " bool")};
  e.type = is_scalar ? value_type::scalar : value_type::vector;
  return std::nullopt;
}

problem check(expression& e, const aggregation& a) {
  e.type = value_type::vector;
  if (a.parameter)
    if (auto wrong = wants(value_type::scalar, *a.parameter, cat("the number of ", name_of(a.what))))
      return wrong;
  return wants(value_type::vector, *a.of, name_of(a.what));
}

problem check(expression& e, const function_call& c) {
  const function& f = *c.what;
  e.type = f.returns();
  const std::size_t most = f.is == function::form::time ? 0u : 1u + f.scalars;
  const std::size_t least = most - f.optional_scalars;
  if (c.arguments.size() < least || c.arguments.size() > most) {
    const std::string wanted = least == most ? cat(most) : cat(least, " to ", most);
    return expression_problem{e.offset,
                              cat(f.name, " takes ", wanted, wanted == "1" ? " argument" : " arguments",
                                  ", and there ",
                                  c.arguments.size() == 1 ? "is 1" : cat("are ", c.arguments.size())),
                              {}};
  }
  for (std::size_t i = 0; i < c.arguments.size(); ++i)
    if (auto wrong = wants(i == 0 ? f.first_argument() : value_type::scalar, *c.arguments[i], f.name))
      return wrong;
  return std::nullopt;
}

} // namespace

std::optional<expression_problem> type_check(expression& e) {
  return std::visit([&](const auto& what) { return check(e, what); }, e.is);
}

std::string describe(const expression_problem& p, std::string_view text) {
  std::size_t line = 1, column = 1;
  for (const char c : text.substr(0, p.offset)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column;
    }
  }
  return cat(line, ":", column, ": ", p.message, p.hint.empty() ? "" : cat(" (", p.hint, ")"));
}

void throw_exception_from_error(const expression_problem& e, const boost::source_location&) {
  throw std::runtime_error(e.message);
}

} // namespace reeve::rules
