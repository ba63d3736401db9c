// SPDX-License-Identifier: Apache-2.0
// Beside prometheus-cpp's own serializer (1.0.1) on the same families: all bytes outside of numbers are
// equal. Numbers are spelled differently in three cases, and then ours, read back and written with 16 digits,
// is theirs:
//   - not a number: prometheus-cpp writes "Nan", this agent "NaN" (Prometheus reads both);
//   - integers from 10^16: prometheus-cpp turns to an exponent, this agent only from 2^63 and where it is
//   shorter;
//   - other doubles: prometheus-cpp rounds to 16 digits, this agent writes the fewest that read back as the
//   same
//     double, which may be fewer or 17.
#include "exposition_support.hpp"

#include <gtest/gtest.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <set>

namespace reeve::exposition {
namespace {

// The same data for both.
class twin {
 public:
  void add(const family_spec& spec, const std::vector<std::string>& values, double value) {
    prometheus::ClientMetric metric = labelled(spec, values);
    metric.counter.value = value;
    metric.gauge.value = value;
    theirs_of(spec).metric.push_back(metric);
    ours_.add(ours_.family(spec).value(), views(values), value).value();
  }

  void add_histogram(const family_spec& spec, const std::vector<std::string>& values, double sum,
                     const std::vector<std::uint64_t>& buckets) {
    prometheus::ClientMetric metric = labelled(spec, values);
    metric.histogram.sample_count = std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
    metric.histogram.sample_sum = sum;
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i)
      metric.histogram.bucket.push_back(
          {cumulative += buckets[i],
           i < spec.bounds.size() ? spec.bounds[i] : std::numeric_limits<double>::infinity()});
    theirs_of(spec).metric.push_back(metric);
    ours_
        .add_histogram(ours_.family(spec).value(), views(values), sum, metric.histogram.sample_count, buckets)
        .value();
  }

  std::string ours() { return render_all({commit(ours_)}, format::text, 777); }
  std::string theirs() {
    // A snapshot's histograms come after its other families.
    std::stable_partition(theirs_.begin(), theirs_.end(), [](const prometheus::MetricFamily& family) {
      return family.type != prometheus::MetricType::Histogram;
    });
    return prometheus::TextSerializer().Serialize(theirs_);
  }

 private:
  static std::vector<label_value> views(const std::vector<std::string>& values) {
    std::vector<label_value> made;
    for (const std::string& value : values)
      made.push_back({value, 0});
    return made;
  }
  static prometheus::ClientMetric labelled(const family_spec& spec, const std::vector<std::string>& values) {
    prometheus::ClientMetric metric;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!values[i].empty()) metric.label.push_back({spec.label_keys[i], values[i]});
    return metric;
  }
  prometheus::MetricFamily& theirs_of(const family_spec& spec) {
    std::string name = spec.name;
    auto type = prometheus::MetricType::Gauge;
    if (spec.kind == metric_kind::counter) {
      type = prometheus::MetricType::Counter;
      name += "_total";
    }
    if (spec.kind == metric_kind::info) name += "_info";
    if (spec.kind == metric_kind::histogram) type = prometheus::MetricType::Histogram;
    for (prometheus::MetricFamily& family : theirs_)
      if (family.name == name) return family;
    theirs_.push_back({name, spec.help, type, {}});
    return theirs_.back();
  }

  batch ours_{batch_limits{}};
  std::vector<prometheus::MetricFamily> theirs_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

// The text up to the number at the end of the line, and that number.
std::pair<std::string, std::string> split(const std::string& line) {
  const std::size_t blank = line.rfind(' ');
  return {line.substr(0, blank), line.substr(blank + 1)};
}

std::string with_sixteen_digits(double value) {
  if (std::isnan(value)) return "Nan";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  char text[64];
  return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.16g", value))};
}

double parsed(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

std::string shortest(double value, std::chars_format format) {
  char text[400];
  return {text, std::to_chars(text, text + sizeof text, value, format).ptr};
}

bool may_differ(double value) {
  if (std::isnan(value)) return true;
  if (value == std::floor(value)) return std::fabs(value) >= 1e16;
  const std::string rounded = with_sixteen_digits(value);
  return rounded != shortest(value, std::chars_format::fixed) &&
         rounded != shortest(value, std::chars_format::scientific);
}

void compare(twin& both) {
  const auto ours = lines_of(both.ours());
  const auto theirs = lines_of(both.theirs());
  ASSERT_FALSE(ours.empty());
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i] == theirs[i]) continue;
    ASSERT_NE(ours[i][0], '#') << theirs[i];
    const auto [our_head, our_number] = split(ours[i]);
    const auto [their_head, their_number] = split(theirs[i]);
    ASSERT_EQ(our_head, their_head);
    const double value = parsed(our_number);
    ASSERT_TRUE(may_differ(value)) << ours[i] << " against " << theirs[i];
    ASSERT_EQ(with_sixteen_digits(value), their_number) << ours[i];
  }
}

TEST(reference, agrees_byte_for_byte_on_ordinary_numbers) {
  twin both;
  const family_spec g = family(metric_kind::gauge, "g", {"a", "b"}, "A gauge.");
  both.add(g, {"1", "\"quoted\" back\\slash\nline"}, 0);
  both.add(g, {"", "only b"}, 1);
  both.add(g, {"only a", ""}, -1);
  both.add(g, {"", ""}, 123456789);
  both.add(g, {"tab\t", "gr\xC3\xBC\xC3\x9F"}, 0.25);
  const double infinity = std::numeric_limits<double>::infinity();
  const double ordinary[] = {
      0.1,      12.34,     1e-7,   -0.0001,        1e300, 0.0001,           0.00012, 1e15,   9e15, -0.0,
      infinity, -infinity, 1e-300, 1700000000.123, -2.5,  999999.999999999, 3e20,    1.5e-9, 1e22};
  int n = 0;
  for (const double value : ordinary)
    both.add(g, {std::to_string(n++), "x"}, value);
  both.add(family(metric_kind::counter, "c", {"mode"}, "A counter."), {"user"}, 17);
  both.add(family(metric_kind::info, "build", {"version"}), {"1.2.3"}, 1);
  family_spec h = family(metric_kind::histogram, "h", {"k"}, "A histogram.");
  h.bounds = {-1, 0.005, 1, 2.5, 1e6};
  both.add_histogram(h, {"x"}, 12.5, {1, 2, 3, 4, 5, 6});
  both.add_histogram(h, {""}, 0, {0, 0, 0, 0, 0, 0});
  const std::string ours = both.ours();
  EXPECT_EQ(ours, both.theirs());
}

TEST(reference, agrees_on_the_value_where_the_spelling_differs) {
  twin both;
  const family_spec g = family(metric_kind::gauge, "g", {"k"});
  int n = 0;
  for (const double value :
       {std::nan(""), 1e17, -1e18, 0x1p60, 0x1p64, 0.1 + 0.2, 2.0 / 3, 1.7976931348623157e308})
    both.add(g, {std::to_string(n++)}, value);
  compare(both);
}

class random_reference : public testing::TestWithParam<unsigned> {};

TEST_P(random_reference, agrees) {
  std::mt19937_64 random(GetParam());
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto number = [&]() -> double {
    switch (below(6)) {
    case 0:
      return std::bit_cast<double>(random()); // also NaN
    case 1:
      return static_cast<double>(random() >> below(64));
    case 2:
      return static_cast<double>(below(100'000)) / 100;
    case 3:
      return -static_cast<double>(below(1000));
    case 4:
      return static_cast<double>(random() >> 11) * 0x1p-53;
    default:
      return static_cast<double>(below(10));
    }
  };
  const std::vector<std::string> pieces = {"a", "\"", "\\", "\n",       "{", "}",
                                           ",", "=",  " ",  "\xC3\xA9", "#", "7"};
  const auto label = [&] {
    std::string made;
    for (std::size_t n = below(6); n > 0; --n)
      made += pieces[below(pieces.size())];
    return made;
  };
  twin both;
  for (int f = 0; f < 12; ++f) {
    family_spec spec = family(static_cast<metric_kind>(below(4)), "family_" + std::to_string(f));
    for (std::size_t n = below(4); n > 0; --n)
      spec.label_keys.push_back("key" + std::to_string(n));
    if (below(2)) spec.help = "Help of " + spec.name + ".";
    int sixty_fourths = -128; // few digits, so that every bound is spelled alike
    if (spec.kind == metric_kind::histogram)
      for (std::size_t n = below(6); n > 0; --n)
        spec.bounds.push_back((sixty_fourths += static_cast<int>(1 + below(64))) / 64.0);
    std::set<std::vector<std::string>> used;
    for (int s = 0; s < 40; ++s) {
      std::vector<std::string> values;
      for (std::size_t i = 0; i < spec.label_keys.size(); ++i)
        values.push_back(label());
      if (!used.insert(values).second) continue;
      if (spec.kind == metric_kind::histogram) {
        std::vector<std::uint64_t> buckets;
        for (std::size_t i = 0; i <= spec.bounds.size(); ++i)
          buckets.push_back(below(1000));
        both.add_histogram(spec, values, number(), buckets);
      } else {
        both.add(spec, values, spec.kind == metric_kind::info ? 1 : number());
      }
    }
  }
  compare(both);
}

INSTANTIATE_TEST_SUITE_P(seeds, random_reference, testing::Range(1u, 31u));

} // namespace
} // namespace reeve::exposition
