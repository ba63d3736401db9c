// SPDX-License-Identifier: Apache-2.0
#include "label_text.hpp"
#include "metric_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace reeve::perf_counter;
using testing::HasSubstr;

std::string chosen(std::string_view name, bool counter = false) {
  std::string problem;
  const std::string out = chosen_name(name, counter, problem);
  EXPECT_EQ(out.empty(), !problem.empty()) << problem;
  return out.empty() ? problem : out;
}

TEST(metric_name, is_taken_with_and_without_prefix_and_total) {
  EXPECT_EQ(chosen("temperature_celsius"), "temperature_celsius");
  EXPECT_EQ(chosen("reeve_perf_temperature_celsius"), "temperature_celsius");
  EXPECT_EQ(chosen("retries_total", true), "retries");
  EXPECT_EQ(chosen("retries", true), "retries");
}

TEST(metric_name, what_prometheus_would_misread_is_refused) {
  EXPECT_THAT(chosen("retries_total"), HasSubstr("is for type = \"counter\""));
  for (const char* name : {"x_info", "x_bucket", "x_sum", "x_count", "x_created"})
    EXPECT_THAT(chosen(name), HasSubstr("a meaning of its own")) << name;
  for (const char* name : {"", "Upper", "1x", "with blank", "a-b", "ä", "reeve_perf_", "a:b"})
    EXPECT_THAT(chosen(name), HasSubstr("is no name of a metric")) << name;
  EXPECT_THAT(chosen(std::string(200, 'x')), HasSubstr("is no name of a metric"));
  EXPECT_THAT(chosen("available"), HasSubstr("of the plugin itself"));
}

TEST(metric_name, ends_in_its_unit) {
  EXPECT_EQ(unit_of("cpu_seconds"), "seconds");
  EXPECT_EQ(unit_of("used_ratio"), "ratio");
  EXPECT_EQ(unit_of("fan_speed"), "");
  EXPECT_EQ(unit_of("seconds"), "");
  EXPECT_EQ(unit_of("milliseconds"), "");
}

TEST(metric_name, label_keys) {
  EXPECT_TRUE(is_label_key("zone"));
  for (const char* key : {"", "__name", "a-b", "Zone", "1"})
    EXPECT_FALSE(is_label_key(key)) << key;
}

TEST(label_text, is_valid_and_not_too_long) {
  const auto shown = [](std::string_view text) {
    std::string out = "before ";
    append_label(out, text);
    return out.substr(7);
  };
  EXPECT_EQ(shown("eth0"), "eth0");
  EXPECT_EQ(shown("a\xff\xfe"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(shown("\xE2\x82"), "\xEF\xBF\xBD");
  EXPECT_EQ(shown("\xE2\x82\xAC"), "\xE2\x82\xAC");
  EXPECT_EQ(shown(std::string(300, 'x')).size(), 256u);
  std::string cut(255, 'x');
  EXPECT_EQ(shown(cut + "\xE2\x82\xAC"), cut) << "between characters";
}

} // namespace
