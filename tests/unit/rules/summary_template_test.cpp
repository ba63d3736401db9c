// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/number_text.hpp"
#include "reeve/rules/summary_template.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace reeve::rules {
namespace {

std::string filled(std::string_view text) {
  const auto parsed = summary_template::parse(text);
  return parsed ? parsed->text({{"device", "sda"}, {"mount", "/"}}, 12.5) : parsed.error().message;
}

TEST(summary_template, puts_labels_and_the_value_in) {
  EXPECT_EQ(filled(""), "");
  EXPECT_EQ(filled("plain } { text"), "plain } { text");
  EXPECT_EQ(filled("{{ $labels.device }} at {{$labels.mount}}: {{ $value }}"), "sda at /: 12.5");
  EXPECT_EQ(filled("[{{ $labels.none }}]"), "[]");
}

TEST(summary_template, refuses_what_stands_for_nothing) {
  EXPECT_EQ(filled("a {{ $value"), "{{ has no }}");
  for (const char* inner :
       {"", "value", "$labels", "$labels.", "$labels.a b", "$labels.1a", "$value | humanize"})
    EXPECT_NE(filled(std::string("{{ ") + inner + " }}").find("stands for nothing"), std::string::npos)
        << inner;
  EXPECT_EQ(summary_template::parse("ab {{ x }}").error().offset, 3u);
}

TEST(number_text, is_that_of_the_api_of_prometheus) {
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(-0.0), "-0");
  EXPECT_EQ(number_text(12.5), "12.5");
  EXPECT_EQ(number_text(1e20), "100000000000000000000");
  EXPECT_EQ(number_text(1e21), "1e+21");
  EXPECT_EQ(number_text(1e-6), "0.000001");
  EXPECT_EQ(number_text(1e-7), "1e-07");
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

} // namespace
} // namespace reeve::rules
