// SPDX-License-Identifier: Apache-2.0
#include "functions.hpp"

#include "go_math.hpp"
#include "operators.hpp"
#include "range_functions.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace reeve::rules {

namespace {

using form = function::form;
using parameters = std::span<const double>;

// As in Go: not a number when either is none, but where the other is the infinity that no number is beyond; -0 is the smaller
// zero.
double smaller(double a, double b) {
  if (a == -infinity || b == -infinity) return -infinity;
  if (a == 0 && b == 0) return std::signbit(a) ? a : b;
  return std::isnan(a) || std::isnan(b) ? not_a_number : std::min(a, b);
}
double larger(double a, double b) {
  if (a == infinity || b == infinity) return infinity;
  if (a == 0 && b == 0) return std::signbit(a) ? b : a;
  return std::isnan(a) || std::isnan(b) ? not_a_number : std::max(a, b);
}

double round_to(double value, double nearest) {
  // By the inverse, so that 0.1 and its like come out as they are written.
  const double inverse = 1.0 / nearest;
  return std::floor(value * inverse + 0.5) / inverse;
}

constexpr function of_range(std::string_view name, std::optional<double> (*f)(const range_window&, double),
                            std::uint8_t scalars = 0) {
  function out{name};
  out.of_range = f;
  out.scalars = scalars;
  return out;
}

constexpr function of_sample(std::string_view name, double (*f)(double, parameters), std::uint8_t scalars = 0,
                             std::uint8_t optional = 0) {
  function out{name, form::of_sample};
  out.of_sample = f;
  out.scalars = scalars;
  out.optional_scalars = optional;
  return out;
}

constexpr function keeping_name(function f) {
  f.keeps_name = true;
  return f;
}
constexpr function empty_when(function f, bool (*is_empty)(parameters)) {
  f.is_empty = is_empty;
  return f;
}

constexpr std::array functions{
    of_sample("abs", [](double v, parameters) { return std::fabs(v); }),
    function{"absent", form::absent},
    function{"absent_over_time", form::absent_in_time},
    of_range("avg_over_time", avg_over_time),
    of_sample("ceil", [](double v, parameters) { return std::ceil(v); }),
    of_range("changes", changes),
    empty_when(of_sample(
                   "clamp", [](double v, parameters p) { return larger(p[0], smaller(p[1], v)); }, 2),
               [](parameters p) { return p[1] < p[0]; }),
    of_sample(
        "clamp_max", [](double v, parameters p) { return smaller(p[0], v); }, 1),
    of_sample(
        "clamp_min", [](double v, parameters p) { return larger(p[0], v); }, 1),
    of_range("count_over_time", count_over_time),
    of_range("delta", delta),
    of_range("deriv", deriv),
    of_sample("exp", [](double v, parameters) { return std::exp(v); }),
    of_sample("floor", [](double v, parameters) { return std::floor(v); }),
    of_range("idelta", idelta),
    of_range("increase", increase),
    of_range("irate", irate),
    keeping_name(of_range("last_over_time", last_over_time)),
    of_sample("ln", [](double v, parameters) { return std::log(v); }),
    of_sample("log10", [](double v, parameters) { return log10_as_go(v); }),
    of_sample("log2", [](double v, parameters) { return log2_as_go(v); }),
    of_range("max_over_time", max_over_time),
    of_range("min_over_time", min_over_time),
    of_range("predict_linear", predict_linear, 1),
    of_range("present_over_time", present_over_time),
    of_range("rate", rate),
    of_range("resets", resets),
    of_sample(
        "round", [](double v, parameters p) { return round_to(v, p[0]); }, 1, 1),
    function{"scalar", form::to_scalar},
    of_sample("sgn", [](double v, parameters) { return v < 0   ? -1.0
                                                       : v > 0 ? 1.0
                                                               : v; }),
    of_sample("sqrt", [](double v, parameters) { return std::sqrt(v); }),
    of_range("sum_over_time", sum_over_time),
    function{"time", form::time},
    function{"vector", form::to_vector},
};

} // namespace

value_type function::first_argument() const noexcept {
  if (is == form::of_range || is == form::absent_in_time) return value_type::range;
  return is == form::to_vector ? value_type::scalar : value_type::vector;
}

value_type function::returns() const noexcept {
  return is == form::to_scalar || is == form::time ? value_type::scalar : value_type::vector;
}

const function* find_function(std::string_view name) {
  const auto at = std::ranges::find(functions, name, &function::name);
  return at == functions.end() ? nullptr : &*at;
}

std::span<const function> all_functions() {
  return functions;
}

} // namespace reeve::rules
