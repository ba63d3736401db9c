// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/endpoint.hpp"
#include "reeve/config/size.hpp"

#include <gtest/gtest.h>

namespace reeve::config {
namespace {

TEST(Endpoint, ReadsBackWhatItPrints) {
  for (const char* text : {"127.0.0.1:9847", "0.0.0.0:0", "255.255.255.255:65535", "[::]:1", "[::1]:9847",
                           "[1:2:3:4:5:6:7:8]:80", "[fe80::1%eth0]:80", "[::ffff:10.0.0.1]:80",
                           "[1:2:3:4:5:6:1.2.3.4]:80", "[1::8]:1", "localhost:80", "my-host.example:1"}) {
    const result<endpoint> parsed = parse_endpoint(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(format_endpoint(*parsed), text);
  }
}

TEST(Endpoint, RefusesTheRestAndQuotesIt) {
  for (const char* text : {"",
                           ":",
                           ":80",
                           "*:80",
                           "80",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:x",
                           "127.0.0.1:-1",
                           "127.0.0.1:+1",
                           "127.0.0.1:65536",
                           "127.0.0.1:80 ",
                           " 127.0.0.1:80",
                           "127.0.0.256:80",
                           "127.0.0:80",
                           "127.0.0.01:80",
                           "1.2.3.4.5:80",
                           "::1:80",
                           "[::1]",
                           "[::1]80",
                           "[::1:80",
                           "[]:80",
                           "[:]:80",
                           "[:::]:80",
                           "[1::2::3]:80",
                           "[1:2:3:4:5:6:7]:80",
                           "[1:2:3:4:5:6:7:8:9]:80",
                           "[1:2:3:4:5:6:7:8::]:80",
                           "[12345::]:80",
                           "[g::]:80",
                           "[1.2.3.4::]:80",
                           "[::1%]:80",
                           "a b:80",
                           "-a:80",
                           "a..b:80",
                           "http://localhost:80"}) {
    const result<endpoint> parsed = parse_endpoint(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, errc::invalid_argument);
    EXPECT_EQ(parsed.error().message.find(std::string("\"") + text + "\""), 0u) << parsed.error().message;
  }
}

TEST(Size, Units) {
  EXPECT_EQ(*parse_size("0B"), 0u);
  EXPECT_EQ(*parse_size("1B"), 1u);
  EXPECT_EQ(*parse_size("64KB"), 64'000u);
  EXPECT_EQ(*parse_size("64KiB"), 65'536u);
  EXPECT_EQ(*parse_size("10MB"), 10'000'000u);
  EXPECT_EQ(*parse_size("10 MiB"), 10'485'760u);
  EXPECT_EQ(*parse_size("2GB"), 2'000'000'000u);
  EXPECT_EQ(*parse_size("2GiB"), 2'147'483'648u);
  EXPECT_EQ(*parse_size("3TB"), 3'000'000'000'000u);
  EXPECT_EQ(*parse_size("3TiB"), 3'298'534'883'328u);
  EXPECT_EQ(*parse_size("18446744073709551615B"), 18446744073709551615u);
}

TEST(Size, RefusesTheRest) {
  for (const char* text : {"", "B", "MB", "10", "10mb", "10M", "1.5MB", "-1MB", "10  MB", "10MB ",
                           "18446744073709551616B", "18446745TB"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Size, ReadsBackWhatItPrints) {
  for (const std::uint64_t bytes :
       {0ull, 1ull, 999ull, 1000ull, 1024ull, 65'536ull, 10'000'000ull, 1ull << 40, ~0ull})
    EXPECT_EQ(*parse_size(format_size(bytes)), bytes);
  EXPECT_EQ(format_size(10'000'000), "10MB");
  EXPECT_EQ(format_size(65'536), "64KiB");
}

} // namespace
} // namespace reeve::config
