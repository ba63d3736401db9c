// SPDX-License-Identifier: Apache-2.0
#include "negotiation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(http_negotiation, accepts_gzip) {
  for (const auto* yes :
       {"gzip", "GZip", "x-gzip", "deflate, gzip", "gzip;q=1.0", "gzip ; q=0.5", "*", "br;q=1.0, *;q=0.1",
        "gzip;q=0.001", "identity;q=0.5, gzip;q=1.0", "*;q=0, gzip", "gzip,identity", ",,gzip,"})
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  for (const auto* no :
       {"", "identity", "deflate, br", "gzip;q=0", "gzip;q=0.000", "gzip; q=0.0, *", "*;q=0", "gzipped",
        "identity;q=1, gzip;q=0.5", "gzip;q=nonsense", "gzip;q=2", "gzip;q=1.5", "gzip;q=0.1234", "gzip;q="})
    EXPECT_FALSE(accepts_gzip(no)) << no;
}

TEST(http_negotiation, is_compressible) {
  for (const auto* yes :
       {"text/plain", "text/plain; version=0.0.4", "TEXT/HTML", "application/json",
        "application/openmetrics-text; version=1.0.0", "application/problem+json", "image/svg+xml"})
    EXPECT_TRUE(is_compressible(yes)) << yes;
  for (const auto* no : {"", "image/png", "application/octet-stream", "application/gzip", "textual", "+json"})
    EXPECT_FALSE(is_compressible(no)) << no;
}

TEST(http_negotiation, targets) {
  request_target t;
  ASSERT_TRUE(parse_target("/", t));
  EXPECT_EQ(t.path, "/");
  EXPECT_TRUE(t.query.empty());
  ASSERT_TRUE(parse_target("/a%2Fb+c?x=%41+b&&=v&k#fragment", t));
  EXPECT_EQ(t.path, "/a/b+c");
  EXPECT_THAT(t.query, ElementsAre(Pair("x", "A b"), Pair("", "v"), Pair("k", "")));
  ASSERT_TRUE(parse_target("HTTP://host:1?q=1", t));
  EXPECT_EQ(t.path, "/");
  EXPECT_THAT(t.query, ElementsAre(Pair("q", "1")));
  ASSERT_TRUE(parse_target("https://host/p", t));
  EXPECT_EQ(t.path, "/p");
  ASSERT_TRUE(parse_target("http://host", t));
  EXPECT_EQ(t.path, "/");
  ASSERT_TRUE(parse_target("/%41", t)); // the last escape ends with the text
  EXPECT_EQ(t.path, "/A");
  for (const auto* bad :
       {"", "*", "host:80", "http://", "http:///p", "/%", "/%4", "/%4g", "/%00", "/a?%0a", "ftp://h/"}) {
    t.path = "untouched";
    EXPECT_FALSE(parse_target(bad, t)) << bad;
    EXPECT_EQ(t.path, "untouched");
  }
}

TEST(http_negotiation, dates) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT"); // the example of RFC 9110, 5.6.7
  EXPECT_EQ(http_date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
}

} // namespace
} // namespace reeve::http
