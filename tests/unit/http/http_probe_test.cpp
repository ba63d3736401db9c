// SPDX-License-Identifier: Apache-2.0
#include "probe_fixture.hpp"
#include "reeve/base/strings.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gmock/gmock.h>

namespace reeve::http::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr nanoseconds short_timeout = 200ms; // for what hangs

http_probe_options plain() {
  http_probe_options o;
  return o;
}

struct http_probe : ::testing::Test {
  boost::asio::io_context loop;

  probe_answer of(script run, http_probe_options options = plain(), nanoseconds timeout = 20s) {
    script_server server(loop, std::move(run));
    options.to = server.address();
    auto answer = ask(loop, std::move(options), timeout);
    request = server.last_request();
    peer = to_string(server.address());
    return answer;
  }
  // The text of a failure.
  std::string why(script run, http_probe_options options = plain(), nanoseconds timeout = 20s) {
    const auto answer = of(std::move(run), std::move(options), timeout);
    EXPECT_FALSE(answer.passed) << answer.text;
    return answer.text;
  }

  std::string request, peer;
};

std::string ok(std::string_view body) {
  return cat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
}
http_probe_options body(std::string_view text) {
  http_probe_options o;
  o.expect_body = text;
  return o;
}
http_probe_options regex(std::string_view text) {
  http_probe_options o;
  o.expect_body_regex = text;
  return o;
}

TEST_F(http_probe, passes_on_200) {
  const auto answer = of(reply(ok("hello")));
  EXPECT_TRUE(answer.passed) << answer.text;
  EXPECT_EQ(answer.text, "status 200");
  EXPECT_EQ(request,
            cat("GET / HTTP/1.1\r\nHost: ", peer, "\r\nUser-Agent: reeve\r\nConnection: close\r\n\r\n"));
}

TEST_F(http_probe, sends_what_it_is_told) {
  http_probe_options o;
  o.target = "/health?deep";
  o.head = true;
  o.host = "shop.example";
  o.headers = {{"Accept", "text/plain"}, {"user-agent", "me"}};
  EXPECT_TRUE(of(reply("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), o).passed);
  EXPECT_EQ(request,
            "HEAD /health?deep HTTP/1.1\r\nHost: shop.example\r\nAccept: text/plain\r\nuser-agent: me\r\n"
            "Connection: close\r\n\r\n");
}

TEST_F(http_probe, judges_the_status) {
  EXPECT_TRUE(of(reply("HTTP/1.1 399 Odd\r\n\r\n")).passed);
  EXPECT_EQ(why(reply("HTTP/1.1 503 Busy\r\n\r\n")), "status 503, expected is 200 to 399");
  http_probe_options o;
  o.expect_status = {{204, 204}, {401, 403}};
  EXPECT_TRUE(of(reply("HTTP/1.1 402 Pay\r\n\r\n"), o).passed);
  EXPECT_EQ(why(reply(ok("")), o), "status 200, expected is 204 or 401 to 403");
}

TEST_F(http_probe, does_not_follow_a_redirect) {
  script_server elsewhere(loop, reply(ok("")));
  EXPECT_TRUE(
      of(reply(cat("HTTP/1.1 302 Found\r\nLocation: http://", to_string(elsewhere.address()), "/\r\n\r\n")))
          .passed);
  EXPECT_EQ(elsewhere.connections(), 0u);
}

TEST_F(http_probe, looks_for_a_text_in_the_body) {
  EXPECT_TRUE(of(reply(ok("all is well")), body("is w")).passed);
  EXPECT_EQ(why(reply(ok("all is ill")), body("well")), "status 200, and the body has no \"well\"");
  EXPECT_TRUE(
      of(reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwe-\r\n2\r\nll\r\n0\r\n\r\n"),
         body("we-ll"))
          .passed);
  EXPECT_TRUE(of(reply("HTTP/1.0 200 OK\r\n\r\nuntil the end"), body("end")).passed);
}

TEST_F(http_probe, matches_an_expression_with_the_body) {
  EXPECT_TRUE(of(reply(ok("{\"queue\": 12}")), regex("\"queue\": \\d+")).passed);
  EXPECT_EQ(why(reply(ok("{}")), regex("^ok$")), "status 200, and the body does not match ^ok$");
  EXPECT_THAT(why(reply(ok("")), regex("(")), StartsWith("not a regular expression"));
}

TEST_F(http_probe, a_wrong_status_is_said_before_the_body_is_there) {
  EXPECT_EQ(why(reply_and_hold("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\n"), body("x")),
            "status 500, expected is 200 to 399");
}

TEST_F(http_probe, an_endless_body_is_not_read_when_nothing_is_expected_of_it) {
  EXPECT_TRUE(of(reply_for_ever("HTTP/1.1 200 OK\r\n\r\n", std::string(10'000, 'x'))).passed);
}

TEST_F(http_probe, of_an_endless_body_only_the_beginning_is_looked_at) {
  const std::string fits(probe_body_limit_bytes - 4, 'x');
  EXPECT_TRUE(of(reply_for_ever(cat("HTTP/1.1 200 OK\r\n\r\n", fits, "well"), "x"), body("well")).passed);
  EXPECT_THAT(why(reply_for_ever(cat("HTTP/1.1 200 OK\r\n\r\n", fits, "-well"), "well"), body("well")),
              HasSubstr("has no"));
}

TEST_F(http_probe, passes_over_interim_answers) {
  EXPECT_EQ(
      of(reply(cat("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", ok("")))).text,
      "status 200");
}

TEST_F(http_probe, a_slow_head_is_waited_for) {
  EXPECT_TRUE(of(reply_byte_by_byte("HTTP/1.1 204 \r\n\r\n")).passed);
}

TEST_F(http_probe, what_did_not_come_in_time_is_said) {
  std::string text = why(reply_and_hold(""), plain(), short_timeout);
  EXPECT_EQ(text, cat(peer, " did not answer within 200ms"));
  text =
      why(reply_byte_by_byte(cat("HTTP/1.1 200 OK\r\nX: ", std::string(1000, 'x'))), plain(), short_timeout);
  EXPECT_EQ(text, cat(peer, " did not send the whole head of its answer within 200ms"));
  text = why(reply_and_hold("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwe"), body("well"), short_timeout);
  EXPECT_EQ(text, cat(peer, " did not send the whole body of its answer within 200ms"));
}

TEST_F(http_probe, a_connection_closed_early_is_said) {
  EXPECT_EQ(why(close_at_once()), "the connection was closed without an answer");
  EXPECT_EQ(why(reset_at_once()), "the connection was closed without an answer");
  EXPECT_EQ(why(reply("HTTP/1.1 200 OK\r\nX: ")), "the connection was closed within the head of the answer");
  EXPECT_EQ(why(reply("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwe"), body("well")),
            "status 200, and the connection was closed within the body");
}

TEST_F(http_probe, what_is_not_http_is_said) {
  EXPECT_THAT(why(reply_and_hold("220 mail.example ESMTP\r\n")), StartsWith("the answer is not HTTP: "));
  EXPECT_THAT(why(reply("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")),
              StartsWith("the answer is not HTTP: "));
}

TEST_F(http_probe, an_endless_head_is_given_up) {
  EXPECT_EQ(why(reply_for_ever("HTTP/1.1 200 OK\r\n", "X: y\r\n")),
            "the answer's head is longer than 16384 bytes");
  EXPECT_EQ(why(reply_for_ever("", "HTTP/1.1 100 Continue\r\n\r\n")),
            "the answer's head is longer than 16384 bytes");
  EXPECT_EQ(why(reply_for_ever("HTTP/1.1 200 OK\r\nX: ", "xxxxxxxxxxxxxxxxxxxxxxxx")),
            "the answer's head is longer than 16384 bytes");
}

TEST_F(http_probe, a_refused_connection_is_said) {
  http_probe_options o;
  o.to = silent_port(loop);
  EXPECT_EQ(ask(loop, o).text, cat(to_string(o.to), " refuses the connection"));
}

TEST_F(http_probe, speaks_ipv6) {
  std::unique_ptr<script_server> server;
  try {
    server = std::make_unique<script_server>(loop, reply(ok("")), "::1");
  } catch (const boost::system::system_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  http_probe_options o;
  o.to = server->address();
  EXPECT_TRUE(ask(loop, o).passed);
  EXPECT_THAT(server->last_request(), HasSubstr(cat("\r\nHost: [::1]:", o.to.port, "\r\n")));
}

TEST_F(http_probe, localhost_is_the_loopback) {
  script_server server(loop, reply(ok("")));
  http_probe_options o;
  o.to = {"localhost", server.address().port};
  EXPECT_TRUE(ask(loop, o).passed);
}

TEST_F(http_probe, a_name_without_an_address_is_said) {
  http_probe_options o;
  o.to = {"nothing.invalid", 80}; // RFC 6761, 6.4: there is none
  const auto answer = ask(loop, o);
  EXPECT_FALSE(answer.passed);
  EXPECT_THAT(answer.text, HasSubstr("nothing.invalid"));
}

TEST_F(http_probe, its_end_gives_no_answer) {
  script_server server(loop, reply_and_hold(""));
  http_probe_options o;
  o.to = server.address();
  auto p = *make_http_probe(loop, o);
  bool answered = false;
  p->ask(20s, [&](const probe_answer&) { answered = true; });
  while (server.connections() == 0)
    loop.run_one();
  p.reset();
  // The server's end of the connection sees it close.
  boost::asio::steady_timer bound(loop, 200ms);
  bool over = false;
  bound.async_wait([&](const boost::system::error_code&) { over = true; });
  while (!over)
    loop.run_one();
  EXPECT_FALSE(answered);
}

TEST_F(http_probe, may_be_asked_again_and_ends_the_question_before) {
  script_server server(loop, reply(ok("")));
  http_probe_options o;
  o.to = server.address();
  const auto p = *make_http_probe(loop, o);
  bool first_answered = false;
  p->ask(20s, [&](const probe_answer&) { first_answered = true; });
  EXPECT_TRUE(ask(loop, *p).passed);
  EXPECT_TRUE(ask(loop, *p).passed);
  EXPECT_FALSE(first_answered);
}

struct tcp_probe : ::testing::Test {
  boost::asio::io_context loop;
};

TEST_F(tcp_probe, passes_when_a_connection_comes_about) {
  script_server server(loop, close_at_once());
  const auto p = make_tcp_probe(loop, server.address());
  const auto answer = ask(loop, *p);
  EXPECT_TRUE(answer.passed);
  EXPECT_EQ(answer.text, cat(to_string(server.address()), " takes connections"));
}

TEST_F(tcp_probe, a_refused_connection_is_said) {
  const auto to = silent_port(loop);
  const auto answer = ask(loop, *make_tcp_probe(loop, to));
  EXPECT_FALSE(answer.passed);
  EXPECT_EQ(answer.text, cat(to_string(to), " refuses the connection"));
}

TEST_F(tcp_probe, a_connection_that_does_not_come_about_is_said) {
  const auto answer =
      ask(loop, *make_tcp_probe(loop, {"192.0.2.1", 80}), short_timeout); // RFC 5737: nobody's
  EXPECT_FALSE(answer.passed);
  EXPECT_THAT(answer.text, HasSubstr("192.0.2.1"));
}

} // namespace
} // namespace reeve::http::testing
