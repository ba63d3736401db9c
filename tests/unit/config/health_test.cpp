// SPDX-License-Identifier: Apache-2.0
// The tables [[process.health]].
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono_literals;
using test::absolute;
using test::load_text;
using test::problems_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

// The check begins at line 4.
std::string with_check(std::string_view text) {
  return cat("[[process]]\nname = \"web\"\ncommand = '", absolute("program"), "'\n[[process.health]]\n",
             text);
}
std::string http(std::string_view more) {
  return with_check(cat("type = \"http\"\nurl = \"http://127.0.0.1:8080/\"\n", more));
}
std::string https(std::string_view more) {
  return with_check(cat("type = \"http\"\nurl = \"https://localhost/\"\n", more));
}

std::vector<health_settings> checks_of(std::string_view text) {
  loaded l = load_text(text);
  for (const diagnostic& d : l.problems)
    ADD_FAILURE() << d.message;
  return l.value ? l.value->processes.at(0).health : std::vector<health_settings>();
}

TEST(health, has_defaults_for_all_but_type_and_whom_to_ask) {
  const auto checks = checks_of(http(""));
  ASSERT_EQ(checks.size(), 1u);
  const health_settings& c = checks[0];
  EXPECT_EQ(c.type, "http");
  EXPECT_EQ(c.name, "http");
  EXPECT_EQ(c.url, (http_url{false, "127.0.0.1", 8080, "/"}));
  EXPECT_EQ(c.method, "GET");
  EXPECT_EQ(c.host, "");
  EXPECT_TRUE(c.headers.empty());
  EXPECT_THAT(c.expect_status, ElementsAre(status_range{200, 399}));
  EXPECT_EQ(c.expect_body, "");
  EXPECT_EQ(c.expect_body_regex, "");
  EXPECT_TRUE(c.verify_tls);
  EXPECT_EQ(c.ca_file, "");
  EXPECT_EQ(c.grace, 10s);
  EXPECT_EQ(c.interval, 10s);
  EXPECT_EQ(c.timeout, 2s);
  EXPECT_EQ(c.retries, 3u);
  EXPECT_EQ(c.success_threshold, 1u);
  EXPECT_EQ(c.where.line, 4u);
}

TEST(health, every_key_of_http_is_read) {
  const auto checks = checks_of(https(
      cat("name = \"front\"\nhost = \"shop.example\"\nheaders = { Accept = \"a/b\", X-A = \"\" }\n"
          "expect_status = [204, \"300-302\"]\nexpect_body = \"ok\"\nexpect_body_regex = '^\\d+$'\n"
          "ca_file = '",
          absolute("ca.pem"),
          "'\ngrace = \"1m\"\ninterval = \"5s\"\ntimeout = \"5s\"\nretries = 1\nsuccess_threshold = 2\n")));
  ASSERT_EQ(checks.size(), 1u);
  const health_settings& c = checks[0];
  EXPECT_EQ(c.name, "front");
  EXPECT_EQ(c.url, (http_url{true, "localhost", 443, "/"}));
  EXPECT_EQ(c.host, "shop.example");
  EXPECT_THAT(c.headers, ElementsAre(Pair("Accept", "a/b"), Pair("X-A", "")));
  EXPECT_THAT(c.expect_status, ElementsAre(status_range{204, 204}, status_range{300, 302}));
  EXPECT_EQ(c.expect_body, "ok");
  EXPECT_EQ(c.expect_body_regex, "^\\d+$");
  EXPECT_EQ(c.ca_file, absolute("ca.pem"));
  EXPECT_EQ(c.grace, 1min);
  EXPECT_EQ(c.interval, 5s);
  EXPECT_EQ(c.timeout, 5s);
  EXPECT_EQ(c.retries, 1u);
  EXPECT_EQ(c.success_threshold, 2u);
  EXPECT_EQ(checks_of(http("method = \"HEAD\"\nexpect_status = 404\n")).at(0).method, "HEAD");
  EXPECT_FALSE(checks_of(https("verify_tls = false\n")).at(0).verify_tls);
}

TEST(health, a_process_may_have_several) {
  const auto checks = checks_of(
      with_check(cat("type = \"tcp\"\naddress = \"[::1]:5432\"\n[[process.health]]\ntype = \"command\"\n"
                     "command = '",
                     absolute("probe"), "'\nargs = [\"-q\", \"\"]\n")));
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].address, (endpoint{"::1", 5432}));
  EXPECT_EQ(checks[1].command, absolute("probe"));
  EXPECT_THAT(checks[1].args, ElementsAre("-q", ""));
}

TEST(health, mistakes_of_every_type_are_said_with_their_place) {
  EXPECT_THAT(problems_of(with_check("")),
              ElementsAre(AllOf(StartsWith("4:"), HasSubstr("process.health.type is missing"))));
  EXPECT_THAT(problems_of(with_check("type = \"htp\"\n")),
              ElementsAre(AllOf(StartsWith("5:8: process.health.type is \"htp\""),
                                HasSubstr("did you mean \"http\"?"))));
  EXPECT_THAT(problems_of(http("name = \"a b\"\n")),
              ElementsAre(StartsWith("7:8: process.health.name is \"a b\"")));
  EXPECT_THAT(problems_of(cat(http(""), "[[process.health]]\ntype = \"http\"\nurl = \"http://a/\"\n")),
              ElementsAre(AllOf(HasSubstr("process.health.name is \"http\", as that of the check at"),
                                HasSubstr("| write name"))));
  EXPECT_THAT(problems_of(http("grace = 10\n")),
              ElementsAre(StartsWith("7:9: process.health.grace must be a duration in quotes")));
  EXPECT_THAT(problems_of(http("timeout = \"11s\"\n")),
              ElementsAre("7:11: process.health.timeout is 11s, longer than interval (10s) | write timeout = "
                          "\"10s\" or less"));
  EXPECT_THAT(
      problems_of(http("interval = \"1s\"\n")),
      ElementsAre(
          "7:12: process.health.interval is 1s, shorter than timeout (2s) | write timeout = \"1s\" or less"));
  EXPECT_THAT(problems_of(http("retries = 0\n")),
              ElementsAre(HasSubstr("process.health.retries is 0, allowed is 1 to 1000")));
  EXPECT_THAT(problems_of(http("success_threshold = 0\n")), ElementsAre(HasSubstr("allowed is 1 to 1000")));
  EXPECT_THAT(problems_of(http("retires = 3\n")), ElementsAre(HasSubstr("did you mean \"retries\"?")));
  EXPECT_THAT(problems_of("[[process]]\nname = \"a\"\ncommand = '/a'\n[process.health]\ntype = \"tcp\"\n"),
              Contains(HasSubstr("write [[process.health]] above each")));
}

TEST(health, keys_of_another_type_are_refused) {
  EXPECT_THAT(
      problems_of(http("address = \"a:1\"\n")),
      ElementsAre(AllOf(
          StartsWith("7:11: process.health.address belongs to checks of type \"tcp\", this one is \"http\""),
          HasSubstr("| a check of type \"http\" has: url, method"))));
  EXPECT_THAT(problems_of(with_check("type = \"tcp\"\naddress = \"a:1\"\nurl = \"http://a/\"\nargs = []\n")),
              ElementsAre(HasSubstr("process.health.url belongs"), HasSubstr("process.health.args belongs")));
}

TEST(health, mistakes_in_http_are_said_with_their_place) {
  const auto url = [](std::string_view text) {
    return with_check(cat("type = \"http\"\nurl = \"", text, "\"\n"));
  };
  EXPECT_THAT(problems_of(with_check("type = \"http\"\n")),
              ElementsAre(HasSubstr("process.health.url is missing")));
  EXPECT_THAT(problems_of(url("")),
              ElementsAre(AllOf(StartsWith("6:7: process.health.url"), HasSubstr("it is empty"))));
  EXPECT_THAT(problems_of(url("ftp://a/")), ElementsAre(HasSubstr("the scheme ftp is unknown here")));
  EXPECT_THAT(problems_of(http("method = \"POST\"\n")),
              ElementsAre(HasSubstr("allowed is \"GET\" or \"HEAD\"")));
  EXPECT_THAT(problems_of(http("host = \"a b\"\n")), ElementsAre(HasSubstr("no host name")));
  EXPECT_THAT(problems_of(http("headers = \"A: b\"\n")),
              ElementsAre(HasSubstr("must be a table | write headers = {")));
  EXPECT_THAT(problems_of(http("headers = { \"A b\" = \"c\" }\n")),
              ElementsAre(HasSubstr("no header can have")));
  EXPECT_THAT(problems_of(http("headers = { A = \"b\\r\\nC: d\" }\n")),
              ElementsAre(HasSubstr("headers.A holds a character")));
  EXPECT_THAT(problems_of(http("headers = { A = 1 }\n")), ElementsAre(HasSubstr("headers.A must be text")));
  EXPECT_THAT(problems_of(http("headers = { hOst = \"a\" }\n")), ElementsAre(HasSubstr("| write host = ")));
  EXPECT_THAT(problems_of(http("headers = { Content-Length = \"1\" }\n")),
              ElementsAre(HasSubstr("is set by the agent")));
  EXPECT_THAT(problems_of(http("expect_status = []\n")), ElementsAre(HasSubstr("is empty")));
  for (const char* bad :
       {"99", "600", "\"300-200\"", "\"200\"", "\"2xx\"", "\"200-\"", "\"-200\"", "true", "2.0"})
    EXPECT_THAT(problems_of(http(cat("expect_status = [200, ", bad, "]\n"))),
                ElementsAre(AllOf(StartsWith("7:23: process.health.expect_status must be"),
                                  HasSubstr("\"300-399\""))))
        << bad;
  EXPECT_THAT(problems_of(http("method = \"HEAD\"\nexpect_body = \"ok\"\n")),
              ElementsAre(HasSubstr("needs method = \"GET\"")));
  EXPECT_THAT(problems_of(http("verify_tls = false\n")),
              ElementsAre(HasSubstr("needs a url that begins with https://")));
  EXPECT_THAT(problems_of(https("ca_file = \"ca.pem\"\n")), ElementsAre(HasSubstr("not an absolute path")));
  EXPECT_THAT(problems_of(https(cat("verify_tls = false\nca_file = '", absolute("a"), "'\n"))),
              ElementsAre(HasSubstr("is never read")));
}

TEST(health, an_expression_that_does_not_compile_is_said_with_its_position) {
  EXPECT_THAT(problems_of(http("expect_body_regex = 'ok [z-a]'\n")),
              ElementsAre(StartsWith("7:21: process.health.expect_body_regex, at its character 5: invalid "
                                     "character class range: z-a | ")));
  EXPECT_THAT(problems_of(http("expect_body_regex = '(ok'\n")), ElementsAre(HasSubstr("missing )")));
}

TEST(health, mistakes_in_tcp_and_command_are_said_with_their_place) {
  EXPECT_THAT(problems_of(with_check("type = \"tcp\"\n")),
              ElementsAre(HasSubstr("process.health.address is missing")));
  EXPECT_THAT(problems_of(with_check("type = \"tcp\"\naddress = \"::1:80\"\n")),
              ElementsAre(HasSubstr("needs brackets")));
  EXPECT_THAT(problems_of(with_check("type = \"tcp\"\naddress = \"a:0\"\n")),
              ElementsAre(HasSubstr("nobody listens on port 0")));
  EXPECT_THAT(problems_of(with_check("type = \"command\"\n")),
              ElementsAre(HasSubstr("process.health.command is missing")));
  EXPECT_THAT(problems_of(with_check("type = \"command\"\ncommand = \"\"\n")),
              ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(problems_of(with_check("type = \"command\"\ncommand = \"probe\"\n")),
              ElementsAre(HasSubstr("not an absolute path")));
}

} // namespace
} // namespace reeve::config
