// SPDX-License-Identifier: Apache-2.0
#include "agent/cli/src/rules/series_values.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/rules/series_memory.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace reeve::cli {
namespace {

std::string shown(std::string_view text) {
  const auto read = read_series_values(text);
  if (!read) return "refused";
  std::string out;
  for (const auto& value : *read)
    out += cat(out.empty() ? "" : " ", !value ? "_" : rules::is_stale(*value) ? "stale" : cat(*value));
  return out;
}

TEST(series_values, expand_as_those_of_promtool) {
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown("1 2.5 -3"), "1 2.5 -3");
  EXPECT_EQ(shown("1+2x3"), "1 3 5 7");
  EXPECT_EQ(shown("1-2x3"), "1 -1 -3 -5");
  EXPECT_EQ(shown("-1+-2x1"), "refused");
  EXPECT_EQ(shown("5x2"), "5 5 5");
  EXPECT_EQ(shown("1+1x0"), "1");
  EXPECT_EQ(shown("_ _x3 stale 1e3"), "_ _ _ _ stale 1000");
}

TEST(series_values, numbers_are_those_of_promtool) {
  EXPECT_EQ(shown("010 08 010x1 00x1"), "8 8 8 8 0 0");
  EXPECT_EQ(shown("0x2 1-0x1 1e-400 1e3-1e-400x1"), "0 0 0 1 1 0 1000 1000");
  EXPECT_EQ(shown("NaN nan Inf -inf +Inf Inf+1x1"), "nan nan inf -inf inf inf inf");
  EXPECT_TRUE(std::signbit(*read_series_values("-0x1").value().at(1)));
  EXPECT_EQ(shown(".5 5. 1E3 1e+1-1e-1x1"), "0.5 5 1000 10 9.9");
  for (const char* text :
       {"Infinity", "1+Infx3", "NaNx3", "Infx3", "1e", "1e+", "1e400", "0b1",     "0o7",    "1_000", "0x1F",
        "1.5.5",    "--1",     "+-1",   "(1)",   "1m", "2*3", "x",     "stalex2", "1x01x1", "{}"})
    EXPECT_EQ(shown(text), "refused") << text;
}

TEST(series_values, stand_on_one_line) {
  EXPECT_EQ(shown("1\r2\t3 \n\r\n"), "1 2 3");
  EXPECT_EQ(shown("1\n2"), "refused");
  EXPECT_EQ(shown("\n1"), "refused");
}

TEST(series_values, refuse_what_is_none) {
  for (const char* text :
       {"x", "1x", "1+2", "1+x3", "1+2x-1", "_x", "__", "1x3y", "Stale", "1+2x99999999999"})
    EXPECT_EQ(shown(text), "refused") << text;
}

TEST(series_values, labels_of_samples_need_no_metric) {
  for (const char* text :
       {"x{a=\"1\", b=\"2\"}", "x", "{a=\"1\"}", "{}", "{a=\"\\\"two\\nlines\\\" \\\\\"}", "sum{by=\"x\"}"})
    EXPECT_EQ((*read_sample_labels(text))->text(), text);
  EXPECT_FALSE(read_sample_labels("x{a!=\"1\"}"));
}

TEST(series_values, series_are_written_as_in_expressions) {
  EXPECT_EQ((*read_series_labels("x{b=\"2\", a=\"1\"}"))->text(), "x{a=\"1\", b=\"2\"}");
  for (const char* text :
       {"x{a=~\"1\"}", "{a=\"1\"}", "x + 1", "x offset 5m", "x{", "x{a=\"1\",a=\"2\"}", "x{a=\"1\",a=\"1\"}"})
    EXPECT_FALSE(read_series_labels(text)) << text;
}

} // namespace
} // namespace reeve::cli
