// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/url.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using ::testing::HasSubstr;

http_url url(std::string_view text) {
  const auto parsed = parse_http_url(text);
  if (!parsed) ADD_FAILURE() << parsed.error().message;
  return parsed ? *parsed : http_url{};
}

TEST(http_url, has_a_port_and_a_target_in_any_case) {
  EXPECT_EQ(url("http://127.0.0.1"), (http_url{false, "127.0.0.1", 80, "/"}));
  EXPECT_EQ(url("https://a.example"), (http_url{true, "a.example", 443, "/"}));
  EXPECT_EQ(url("https://a.example:8443/x/y?z=%20&q"), (http_url{true, "a.example", 8443, "/x/y?z=%20&q"}));
  EXPECT_EQ(url("http://a?x"), (http_url{false, "a", 80, "/?x"}));
  EXPECT_EQ(url("http://[::1]"), (http_url{false, "::1", 80, "/"}));
  EXPECT_EQ(url("http://[fe80::1%eth0]:81/"), (http_url{false, "fe80::1%eth0", 81, "/"}));
}

TEST(http_url, is_read_back_as_it_was_written) {
  for (const char* text : {"http://127.0.0.1:80/", "https://[::1]:8443/a?b"})
    EXPECT_EQ(format_http_url(url(text)), text);
}

TEST(http_url, what_is_wrong_is_said) {
  const auto why = [](std::string_view text) {
    const auto parsed = parse_http_url(text);
    return parsed ? std::string("nothing") : parsed.error().message;
  };
  EXPECT_THAT(why(""), HasSubstr("it is empty"));
  EXPECT_THAT(why("127.0.0.1:80/"), HasSubstr("the scheme is missing"));
  EXPECT_THAT(why("HTTP://a/"), HasSubstr("the scheme HTTP is unknown here"));
  EXPECT_THAT(why("http:///a"), HasSubstr("the host is missing"));
  EXPECT_THAT(why("http://me:secret@a/"), HasSubstr("Authorization"));
  EXPECT_THAT(why("http://a b/"), HasSubstr("no host"));
  EXPECT_THAT(why("http://a:/"), HasSubstr("no port"));
  EXPECT_THAT(why("http://a:99999/"), HasSubstr("no port"));
  EXPECT_THAT(why("http://a:0/"), HasSubstr("port 0"));
  EXPECT_THAT(why("http://::1/"), HasSubstr("no host"));
  EXPECT_THAT(why("http://[::1/"), HasSubstr("no host"));
  EXPECT_THAT(why("http://a/#b"), HasSubstr("#"));
  EXPECT_THAT(why("http://a/b c"), HasSubstr("%XX"));
  EXPECT_THAT(why("http://a/\r\nX: y"), HasSubstr("%XX"));
}

} // namespace
} // namespace reeve::config
