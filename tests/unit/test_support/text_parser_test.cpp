// SPDX-License-Identifier: Apache-2.0
#include "tests/support/exposition_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace reeve::test {
namespace {

using testing::HasSubstr;

TEST(text_parser, reads_the_specifications_example) { // "Text format example", shortened
  const auto e = parse_text_0_0_4(R"(# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

# A histogram, which has a pretty complex representation in the text format:
# HELP http_request_duration_seconds A histogram of the request duration.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="1"} 133988
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320

# Finally a summary, which has a complex representation, too:
# HELP rpc_duration_seconds A summary of the RPC duration in seconds.
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.01"} 3102
rpc_duration_seconds{quantile="0.99"} 76656
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
)");
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_EQ(e->families.size(), 6u);
  EXPECT_EQ(e->samples.size(), 14u);
  EXPECT_EQ(e->value("http_requests_total", {{"code", "400"}}), 3);
  EXPECT_EQ(e->find("http_requests_total")->timestamp, 1395066363000.0);
  EXPECT_EQ(e->find("msdos_file_access_time_seconds")->label("path"), "C:\\DIR\\FILE.TXT");
  EXPECT_EQ(e->find("msdos_file_access_time_seconds")->label("error"), "Cannot find file:\n\"FILE.TXT\"");
  EXPECT_TRUE(std::isinf(*e->value("something_weird")));
  EXPECT_EQ(e->family("rpc_duration_seconds")->type, "summary");
  EXPECT_EQ(e->family("rpc_duration_seconds")->help, "A summary of the RPC duration in seconds.");
  EXPECT_EQ(e->family("metric_without_timestamp_and_labels")->type, "untyped");
  EXPECT_EQ(e->all("rpc_duration_seconds").size(), 2u);
  EXPECT_EQ(e->find("http_requests_total", {{"code", "500"}}), nullptr);
}

TEST(text_parser, help_keeps_quotes_and_unescapes_the_rest) {
  const auto e = parse_text_0_0_4("# HELP a say \"x\" \\\\ and\\nmore\n# TYPE a gauge\na NaN\n");
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_EQ(e->families[0].help, "say \"x\" \\ and\nmore");
  EXPECT_TRUE(std::isnan(e->samples[0].value));
}

TEST(text_parser, an_empty_body_has_no_samples) {
  const auto e = parse_text_0_0_4("");
  ASSERT_TRUE(e);
  EXPECT_TRUE(e->samples.empty());
}

struct wrong {
  const char* name;
  const char* text;
  const char* says;
};
void PrintTo(const wrong& w, std::ostream* out) {
  *out << w.name;
}
class text_parser_refuses : public testing::TestWithParam<wrong> {};

TEST_P(text_parser_refuses, it) {
  const auto e = parse_text_0_0_4(GetParam().text);
  ASSERT_FALSE(e);
  EXPECT_THAT(e.error().message, HasSubstr(GetParam().says));
}

const wrong refused[] = {
    {"no_final_line_feed", "a 1\nb 2", "line 2: the last line"},
    {"two_types", "# TYPE a gauge\n# TYPE a gauge\na 1\n", "line 2: a second TYPE"},
    {"two_helps", "# HELP a x\n# HELP a x\na 1\n", "a second HELP"},
    {"late_type", "a 1\n# TYPE a gauge\n", "after its samples"},
    {"late_help", "# TYPE a gauge\na 1\n# HELP a x\n", "after its samples"},
    {"unknown_type", "# TYPE a stateset\na 1\n", "no type"},
    {"more_after_type", "# TYPE a gauge really\na 1\n", "no type"},
    {"split_family", "# TYPE a gauge\na{x=\"1\"} 1\n# TYPE b gauge\nb 1\na{x=\"2\"} 1\n",
     "outside its family"},
    {"split_undeclared", "a{x=\"1\"} 1\nb 1\na{x=\"2\"} 1\n", "outside its family"},
    {"described_again", "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# HELP a x\n", "already there"},
    {"same_series", "a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\n", "already there"},
    {"empty_label_is_absent", "a 1\na{x=\"\"} 2\n", "already there"},
    {"same_label", "a{x=\"1\",x=\"2\"} 1\n", "twice"},
    {"digit_first", "1a 1\n", "metric name"},
    {"bad_metric_name", "a-b 1\n", "no value"},
    {"bad_label_name", "a{b:c=\"1\"} 1\n", "expected '='"},
    {"reserved_label", "a{__name__=\"1\"} 1\n", "reserved"},
    {"unquoted_label", "a{b=1} 1\n", "expected"},
    {"open_quote", "a{b=\"1} 1\n", "closing quote"},
    {"bad_escape", "a{b=\"\\t\"} 1\n", "escapes nothing"},
    {"no_value", "a\n", "no value"},
    {"word_for_value", "a one\n", "no value"},
    {"hexadecimal", "a 0x10\n", "no value"},
    {"infinity_by_letters", "a inf\n", "no value"},
    {"timestamp_in_seconds", "a 1 1.5\n", "no timestamp"},
    {"more_after_timestamp", "a 1 1 1\n", "follows the sample"},
    {"exemplar", "# TYPE a counter\na 1 # {} 1\n", "no timestamp"},
    {"not_utf8", "a{b=\"\xff\"} 1\n", "UTF-8"},
    {"colliding_families", "# TYPE a summary\na_count 1\n# TYPE a_count gauge\n", "both own"},
    {"histogram_without_infinity", "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n", "+Inf"},
    {"histogram_falls",
     "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n", "cumulative"},
    {"histogram_unsorted",
     "# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_bucket{le=\"1\"} 2\na_sum 1\na_count 2\n", "ascend"},
    {"histogram_count", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 3\n", "differs"},
    {"bare_histogram_sample", "# TYPE a histogram\na 2\n", "no sample named a"},
    {"summary_quantile", "# TYPE a summary\na{quantile=\"2\"} 2\n", "0 to 1"},
};
INSTANTIATE_TEST_SUITE_P(each, text_parser_refuses, testing::ValuesIn(refused),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace
} // namespace reeve::test
