// SPDX-License-Identifier: Apache-2.0
#include "reeve/webhook/credentials.hpp"

#include <gtest/gtest.h>

namespace reeve::webhook {
namespace {

config::webhook_settings with_token(std::string token) {
  config::webhook_settings out;
  out.token = std::move(token);
  return out;
}

config::webhook_settings with_password(std::string user, std::string password) {
  config::webhook_settings out;
  out.user = std::move(user);
  out.password = std::move(password);
  return out;
}

TEST(credentials, a_token) {
  const credentials c(with_token("mF_9.B5f-4.1JqM"));
  EXPECT_EQ(c.challenge(), "Bearer realm=\"Reeve\"");
  EXPECT_TRUE(c.accept("Bearer mF_9.B5f-4.1JqM"));
  EXPECT_TRUE(c.accept("bearer  mF_9.B5f-4.1JqM"));
  for (const char* wrong :
       {"", "Bearer", "Bearer ", "Bearer mF_9.B5f-4.1JqN", "Bearer mF_9.B5f-4.1Jq", "Bearer mF_9.B5f-4.1JqMM",
        "Bearer mF_9.B5f-4.1JqM ", "Bearer mf_9.b5f-4.1jqm", "mF_9.B5f-4.1JqM", "Basic mF_9.B5f-4.1JqM",
        "Bearer mF_9.B5f-4.1JqMmF_9.B5f-4.1JqM"})
    EXPECT_FALSE(c.accept(wrong)) << wrong;
}

// The examples of RFC 7617; RFC 4648's for the padding.
TEST(credentials, a_user_and_a_password) {
  const credentials c(with_password("Aladdin", "open sesame"));
  EXPECT_EQ(c.challenge(), "Basic realm=\"Reeve\"");
  EXPECT_TRUE(c.accept("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
  EXPECT_TRUE(c.accept("BASIC QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
  EXPECT_FALSE(c.accept("Basic QWxhZGRpbjpvcGVuIHNlc2FtZR=="));
  EXPECT_FALSE(c.accept("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ"));
  EXPECT_FALSE(c.accept("Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
  EXPECT_TRUE(credentials(with_password("test", "123\xC2\xA3")).accept("Basic dGVzdDoxMjPCow=="));
  EXPECT_TRUE(credentials(with_password("f", "oo")).accept("Basic Zjpvbw=="));
  EXPECT_TRUE(credentials(with_password("f", "oob")).accept("Basic Zjpvb2I="));
  EXPECT_TRUE(credentials(with_password("f", "ooba")).accept("Basic Zjpvb2Jh"));
}

TEST(credentials, without_any_everybody_is_let_in) {
  EXPECT_TRUE(credentials({}).accept(""));
  EXPECT_TRUE(credentials({}).accept("Bearer whatever"));
}

} // namespace
} // namespace reeve::webhook
