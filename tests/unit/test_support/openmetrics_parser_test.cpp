// SPDX-License-Identifier: Apache-2.0
#include "tests/support/exposition_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace reeve::test {
namespace {

using testing::HasSubstr;

TEST(openmetrics_parser, reads_every_type) {
  const auto e = parse_openmetrics(R"(# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency though all of ACME's \"HTTP\" request router.
acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1",method="GET"} 807283.0
acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0
acme_http_router_request_seconds_sum{path="/api/v2",method="POST"} 479.3
acme_http_router_request_seconds_count{path="/api/v2",method="POST"} 34.0
# TYPE go_goroutines gauge
go_goroutines 69
# TYPE process_cpu_seconds counter
# UNIT process_cpu_seconds seconds
process_cpu_seconds_total 4.20072246e+06 1605281325.5 # {trace_id="KOO5S4vxi0o"} 0.67
process_cpu_seconds_created 1.6e9
# TYPE build info
build_info{version="8.2.7"} 1
# TYPE feature stateset
feature{feature="a"} 1
feature{feature="b"} 0
# TYPE sizes_bytes histogram
sizes_bytes_bucket{le="1.0"} 1 # {id="x"} 0.5 12.5
sizes_bytes_bucket{le="+Inf"} 2
sizes_bytes_count 2
sizes_bytes_sum 9
# TYPE queue gaugehistogram
queue_bucket{le="+Inf"} 3
queue_gcount 3
queue_gsum -4
# TYPE thing unknown
thing -Inf
undeclared nan
# EOF
)");
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_EQ(e->families.size(), 9u);
  EXPECT_EQ(e->family("acme_http_router_request_seconds")->unit, "seconds");
  EXPECT_EQ(e->family("acme_http_router_request_seconds")->help,
            "Latency though all of ACME's \"HTTP\" request router.");
  const auto* cpu = e->find("process_cpu_seconds_total");
  EXPECT_EQ(cpu->timestamp, 1605281325.5);
  ASSERT_TRUE(cpu->exemplar);
  EXPECT_EQ(cpu->exemplar->value, 0.67);
  EXPECT_EQ(e->families[cpu->family].type, "counter");
  EXPECT_EQ(e->value("feature", {{"feature", "b"}}), 0);
  EXPECT_TRUE(std::isnan(*e->value("undeclared")));
  EXPECT_EQ(e->family("undeclared")->type, "unknown");
}

TEST(openmetrics_parser, the_last_line_feed_may_be_missing_and_the_body_empty) {
  EXPECT_TRUE(parse_openmetrics("# EOF"));
  EXPECT_TRUE(parse_openmetrics("# EOF\n"));
  EXPECT_TRUE(parse_openmetrics("# TYPE a gauge\na{} 1\n# EOF"));
}

TEST(openmetrics_parser, a_series_may_repeat_with_a_later_timestamp) {
  EXPECT_TRUE(parse_openmetrics("# TYPE a gauge\na 1 1\na 2 2\n# EOF\n"));
  EXPECT_FALSE(parse_openmetrics("# TYPE a gauge\na 1 2\na 2 2\n# EOF\n"));
}

struct wrong {
  const char* name;
  const char* text; // without "# EOF"
  const char* says;
};
void PrintTo(const wrong& w, std::ostream* out) {
  *out << w.name;
}
class openmetrics_parser_refuses : public testing::TestWithParam<wrong> {};

TEST_P(openmetrics_parser_refuses, it) {
  const auto e = parse_openmetrics(std::string(GetParam().text) + "# EOF\n");
  ASSERT_FALSE(e);
  EXPECT_THAT(e.error().message, HasSubstr(GetParam().says));
}

const wrong refused[] = {
    {"empty_line", "# TYPE a gauge\n\na 1\n", "line 2: an empty line"},
    {"free_comment", "# hello\n", "neither"},
    {"close_comment", "#TYPE a gauge\n", "metric name"},
    {"counter_without_total", "# TYPE a counter\na 1\n", "no sample named a"},
    {"counter_family_named_total", "# TYPE a_total counter\na_total 1\n", "no sample named a_total"},
    {"counter_only_created", "# TYPE a counter\na_created 1\n", "has no total"},
    {"counter_negative", "# TYPE a counter\na_total -1\n", "not negative"},
    {"counter_nan", "# TYPE a counter\na_total NaN\n", "finite"},
    {"unit_not_in_name", "# TYPE a gauge\n# UNIT a seconds\na 1\n", "does not end in its unit"},
    {"unit_part_of_word", "# TYPE aseconds gauge\n# UNIT aseconds seconds\naseconds 1\n",
     "does not end in its unit"},
    {"info_with_unit", "# TYPE a_b info\n# UNIT a_b b\na_b_info 1\n", "must not have a unit"},
    {"two_units", "# UNIT a_b b\n# UNIT a_b b\n", "a second UNIT"},
    {"late_help", "# TYPE a gauge\na 1\n# HELP a x\n", "after its samples"},
    {"split_family", "# TYPE a gauge\na{x=\"1\"} 1\n# TYPE b gauge\nb 1\na{x=\"2\"} 1\n",
     "outside its family"},
    {"split_metric", "# TYPE a counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 1\na_created{x=\"1\"} 1\n",
     "stand together"},
    {"same_series", "# TYPE a gauge\na 1\na 1\n", "already there"},
    {"info_not_one", "# TYPE a info\na_info 2\n", "an info is 1"},
    {"info_without_suffix", "# TYPE a info\na 1\n", "no sample named a"},
    {"stateset_value", "# TYPE a stateset\na{a=\"x\"} 2\n", "0 or 1"},
    {"stateset_label", "# TYPE a stateset\na{b=\"x\"} 1\n", "0 or 1"},
    {"untyped", "# TYPE a untyped\na 1\n", "no type"},
    {"trailing_comma", "# TYPE a gauge\na{x=\"1\",} 1\n", "label name"},
    {"blank_in_labels", "# TYPE a gauge\na{x=\"1\", y=\"2\"} 1\n", "label name"},
    {"two_blanks", "# TYPE a gauge\na  1\n", "no number"},
    {"trailing_blank", "# TYPE a gauge\na 1 \n", "timestamp"},
    {"bare_quote_in_help", "# HELP a \"x\"\n", "not escaped"},
    {"reserved_label", "# TYPE a gauge\na{_x=\"1\"} 1\n", "reserved"},
    {"reserved_family", "# TYPE _a gauge\n", "reserved"},
    {"colliding_families", "# TYPE foo counter\nfoo_total 1\n# TYPE foo_created gauge\nfoo_created 1\n",
     "both own"},
    {"exemplar_on_gauge", "# TYPE a gauge\na 1 # {} 1\n", "may only follow"},
    {"long_exemplar",
     "# TYPE a counter\na_total 1 # "
     "{x=\"01234567890123456789012345678901234567890123456789012345678901234567890123456789"
     "012345678901234567890123456789012345678901234567\"} 1\n",
     "128 characters"},
    {"histogram_without_infinity", "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_count 1\na_sum 1\n", "+Inf"},
    {"histogram_half", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\n", "not both"},
    {"not_utf8", "# HELP a \xc3\n", "UTF-8"},
    {"text_after_end", "# EOF\n", "follows # EOF"},
};
INSTANTIATE_TEST_SUITE_P(each, openmetrics_parser_refuses, testing::ValuesIn(refused),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(openmetrics_parser, needs_its_end) {
  EXPECT_FALSE(parse_openmetrics("# TYPE a gauge\na 1\n"));
  EXPECT_FALSE(parse_openmetrics(""));
  EXPECT_FALSE(parse_openmetrics("# EOF\n\n"));
}

} // namespace
} // namespace reeve::test
