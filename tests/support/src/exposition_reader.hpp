// SPDX-License-Identifier: Apache-2.0
// What the two formats have in common: a cursor over one line, and the book of families seen so far.
#pragma once

#include "tests/support/exposition_parser.hpp"

#include <functional>
#include <map>
#include <set>
#include <span>
#include <stdexcept>

namespace reeve::test::detail {

// Thrown inside the parsers only; the public functions turn it into an error with the line's number.
struct fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class cursor {
 public:
  explicit cursor(std::string_view line) : rest_(line) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  bool accept(std::string_view token); // takes it if it is next
  void expect(std::string_view token);
  void skip_blanks();      // blanks and tabs
  std::string_view word(); // up to the next blank, tab or end
  std::string metric_name();
  std::string label_name();
  // Up to the closing quote, unescaped; the cursor stands behind the opening quote.
  std::string quoted_value();

 private:
  std::string name(bool colon_allowed, const char* what);
  std::string_view rest_;
};

// \\ and \n, and \" where `quotes_escaped`; any other escape is a fault, as is a bare quote where quotes are
// escaped.
std::string unescape(std::string_view text, bool quotes_escaped);

// Sign, digits, fraction and exponent; nothing else (no hexadecimal, no infinity).
std::optional<double> decimal_number(std::string_view text);

using suffix_list = std::span<const std::string_view>;

// Families in order of appearance. A sample name belongs to one family for good, so that a split family, a
// late TYPE and two families whose sample names collide are all found the same way.
class family_book {
 public:
  // `suffixes(type)`: what a type appends to the family's name; `untyped`: the type where the text names
  // none.
  family_book(exposition& out, std::string untyped, std::function<suffix_list(std::string_view)> suffixes);

  void help(const std::string& name, std::string text);
  void type(const std::string& name, const std::string& type);
  void unit(const std::string& name, const std::string& unit);
  std::size_t of_sample(const std::string& sample_name); // opens an undeclared family if it must

 private:
  exposed_family&
  describe(const std::string& name); // the open family, or a new one; a fault if it has samples
  void claim(std::size_t family);

  exposition& out_;
  std::string untyped_;
  std::function<suffix_list(std::string_view)> suffixes_;
  std::map<std::string, std::size_t, std::less<>> owner_of_sample_;
  std::set<std::string, std::less<>> names_, unit_given_;
};

// Sorted, without the named label and without empty values (an empty value equals an absent label).
label_list identity(const label_list& labels, std::string_view without = {});
void refuse_repeated_names(const label_list& labels);

// Buckets ascending and cumulative, +Inf present and equal to the count, quantiles between 0 and 1.
// `count_suffix`/`sum_suffix` differ between histogram and gaugehistogram.
struct histogram_names {
  std::string_view count, sum;
};
void check_histogram(std::span<const exposed_sample* const> metric, const std::string& family,
                     histogram_names names);
void check_summary(std::span<const exposed_sample* const> metric, const std::string& family);

// Calls `check` for every metric (family and labels without `without(type)`), samples in order of appearance.
void for_each_metric(
    const exposition& e, const std::function<std::string(const exposed_family&)>& own_label,
    const std::function<void(const exposed_family&, std::span<const exposed_sample* const>)>& check);

} // namespace reeve::test::detail
