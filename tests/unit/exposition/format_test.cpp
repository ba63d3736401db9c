// SPDX-License-Identifier: Apache-2.0
#include "reeve/exposition/format.hpp"

#include <gtest/gtest.h>

namespace reeve::exposition {
namespace {

TEST(format, names_its_content_type) {
  EXPECT_EQ(content_type(format::text), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(content_type(format::openmetrics), "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

struct header {
  const char* accept;
  format wanted;
};

class negotiation : public testing::TestWithParam<header> {};

TEST_P(negotiation, chooses) {
  EXPECT_EQ(negotiate(GetParam().accept), GetParam().wanted) << GetParam().accept;
}

constexpr header headers[] = {
    {"", format::text},
    {"*/*", format::text},
    {"text/plain", format::text},
    {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", format::text},
    {"application/openmetrics-text", format::openmetrics},
    {"application/openmetrics-text; version=1.0.0", format::openmetrics},
    {"Application/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=0.5", format::openmetrics},
    {"application/openmetrics-text; version=0.0.1", format::text},
    {"application/openmetrics-text; version=2.0.0", format::text},
    {"application/openmetrics-text; q=0", format::text},
    {"application/openmetrics-text; q=0.000, */*", format::text},
    {"application/*", format::text},
    // Prometheus 2 and 3
    {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     format::openmetrics},
    {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
     "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
     "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
     format::openmetrics},
    {"text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5", format::text},
    {"text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.5", format::openmetrics},
    {"text/plain;version=1.0.0,application/openmetrics-text;version=1.0.0;q=0.5", format::openmetrics},
    {"*/*,application/openmetrics-text;q=0.9", format::text},
    {"*/*,text/plain;q=0.1,application/openmetrics-text;q=0.9", format::openmetrics},
    {"text/plain;q=0.1,*/*,application/openmetrics-text;q=0.9", format::openmetrics},
    {"*/*;q=0.1,text/*;q=0.8,application/openmetrics-text;q=0.5", format::text},
    // not what the grammar allows
    {";;,,;=;q=,", format::text},
    {"application/openmetrics-text;q=2", format::text},
    {"application/openmetrics-text;q=nan", format::text},
    {"application/openmetrics-text;q=-1", format::text},
    {"application/openmetrics-text;q=0.5x", format::text},
    {"application/openmetrics-text;version=\"1.0.0", format::text},
    {"application/openmetrics-text;note=\"a,b;q=0\";q=1", format::openmetrics},
};

INSTANTIATE_TEST_SUITE_P(headers, negotiation, testing::ValuesIn(headers));

} // namespace
} // namespace reeve::exposition
