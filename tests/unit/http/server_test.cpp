// SPDX-License-Identifier: Apache-2.0
// Requests and replies over a real loopback connection.
#include "http_fixture.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

namespace reeve::http::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

handler answer(std::string body, std::string type = "text/plain") {
  return [body = std::move(body), type = std::move(type)](request, reply done) {
    response r;
    r.content_type = type;
    r.body = body;
    done(std::move(r));
  };
}

TEST(http_server, answers_and_keeps_the_connection) {
  test_server server;
  server.route("GET", "/metrics", answer("up 1\n"));
  raw_client client(server.address());
  for (int i = 0; i < 3; ++i) {
    const auto r = client.get("/metrics");
    EXPECT_EQ(r.status, 200u);
    EXPECT_THAT(r.head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(r.header("Content-Type"), "text/plain");
    EXPECT_EQ(r.header("Content-Length"), "5");
    EXPECT_EQ(r.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(r.header("Connection"), "");
    EXPECT_THAT(r.header("Date"), HasSubstr(" GMT"));
    EXPECT_EQ(r.body, "up 1\n");
  }
  const auto c = server.counters();
  EXPECT_EQ(c.connections_total, 1u);
  EXPECT_EQ(c.connections_current, 1u);
  EXPECT_EQ(c.responses[1], 3u);
  EXPECT_GT(c.bytes_sent, 15u);
}

TEST(http_server, hands_over_the_request_decoded) {
  test_server server;
  std::promise<request> seen;
  server.route("POST", "/a b", [&](request r, reply done) {
    seen.set_value(std::move(r));
    done({});
  });
  raw_client client(server.address());
  client.send("POST /a%20b?x=1%2B1&y=a+b&flag HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\nAccept: "
              "*/*;q=0.1\r\n"
              "Content-Length: 4\r\n\r\nbody");
  EXPECT_EQ(client.read_response().status, 200u);
  const auto r = seen.get_future().get();
  EXPECT_EQ(r.method, "POST");
  EXPECT_EQ(r.path, "/a b");
  EXPECT_THAT(r.query, ElementsAre(Pair("x", "1+1"), Pair("y", "a b"), Pair("flag", "")));
  EXPECT_EQ(r.accept, "text/html, */*;q=0.1");
  EXPECT_EQ(r.body, "body");
  EXPECT_THAT(r.peer, StartsWith("127.0.0.1:"));
}

TEST(http_server, head_has_the_headers_and_no_body) {
  test_server server;
  server.route("GET", "/", answer("hello"));
  raw_client client(server.address());
  client.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto r = client.read_response(true);
  EXPECT_EQ(r.status, 200u);
  EXPECT_EQ(r.header("Content-Length"), "5");
  EXPECT_EQ(client.get("/").body, "hello"); // nothing of a body stood between
}

TEST(http_server, http_1_0_closes_unless_asked_to_stay) {
  test_server server;
  server.route("GET", "/", answer("hello"));
  raw_client closing(server.address());
  closing.send("GET / HTTP/1.0\r\n\r\n");
  const auto first = closing.read_response();
  EXPECT_EQ(first.body, "hello");
  EXPECT_EQ(first.header("Connection"), "close");
  EXPECT_TRUE(closing.at_end());

  raw_client staying(server.address());
  staying.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(staying.read_response().header("Connection"), "keep-alive");
  staying.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(staying.read_response().body, "hello");
  EXPECT_TRUE(staying.at_end());
}

TEST(http_server, connection_close_is_kept_to) {
  test_server server;
  server.route("GET", "/", answer("hello"));
  {
    raw_client client(server.address());
    const auto r = client.get("/", "Connection: close\r\n");
    EXPECT_EQ(r.header("Connection"), "close");
    EXPECT_TRUE(client.at_end());
  }
  server.wait_for([](const auto& c) { return c.connections_current == 0; });
}

TEST(http_server, a_client_that_half_closes_still_gets_its_answer) {
  test_server server;
  std::promise<reply> kept;
  server.route("GET", "/", [&](request, reply done) { kept.set_value(std::move(done)); });
  raw_client client(server.address());
  client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
  client.shutdown_send();
  response r;
  r.body = "late";
  kept.get_future().get()(std::move(r));
  EXPECT_EQ(client.read_response().body, "late");
  EXPECT_TRUE(client.at_end());
}

TEST(http_server, pipelined_requests_are_answered_in_order) {
  test_server server;
  std::vector<std::thread> workers; // added to on the loop's thread
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  server.route("GET", "/slow", [&](request, reply done) {
    most = std::max(most.load(), ++running);
    workers.emplace_back([&running, done = std::move(done)] {
      response r;
      r.body = "slow";
      --running;
      done(std::move(r));
    });
  });
  server.route("GET", "/quick", answer("quick"));
  server.route("POST", "/echo", [](request q, reply done) {
    response r;
    r.body = q.body;
    done(std::move(r));
  });
  raw_client client(server.address());
  std::string all;
  for (int i = 0; i < 20; ++i)
    all +=
        "GET /slow HTTP/1.1\r\nHost: t\r\n\r\nGET /quick HTTP/1.1\r\nHost: t\r\n\r\n"
        "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabcGET /none HTTP/1.1\r\nHost: t\r\n\r\n";
  client.send(all);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(client.read_response().body, "slow");
    EXPECT_EQ(client.read_response().body, "quick");
    EXPECT_EQ(client.read_response().body, "abc");
    EXPECT_EQ(client.read_response().status, 404u);
  }
  server.destroy(); // from here on nothing is added
  for (auto& worker : workers)
    worker.join();
  EXPECT_EQ(most, 1); // one at a time, or the answers could change places
}

TEST(http_server, a_request_byte_by_byte) {
  test_server server;
  server.route("POST", "/", [](request q, reply done) {
    response r;
    r.body = q.body;
    done(std::move(r));
  });
  raw_client client(server.address());
  for (const char c : std::string_view("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: "
                                       "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
    client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.read_response().body, "abcde");
}

TEST(http_server, reply_from_another_thread_and_only_the_first) {
  test_server server;
  std::thread worker;
  server.route("GET", "/", [&](request, reply done) {
    worker = std::thread([done = std::move(done)] {
      for (const auto* text : {"first", "second"}) {
        response r;
        r.body = text;
        done(std::move(r));
      }
    });
  });
  raw_client client(server.address());
  EXPECT_EQ(client.get("/").body, "first");
  worker.join();
  EXPECT_EQ(client.get("/none").status, 404u); // and not "second"
}

TEST(http_server, a_dropped_reply_and_an_exception_become_500) {
  test_server server;
  std::thread worker;
  server.route("GET", "/dropped", [](request, reply) {});
  server.route("GET", "/dropped-elsewhere",
               [&](request, reply done) { worker = std::thread([done = std::move(done)] {}); });
  server.route("GET", "/throws", [](request, reply) { throw std::runtime_error("secret detail"); });
  server.route("GET", "/bad-status", [](request, reply done) {
    response r;
    r.status = 42;
    done(std::move(r));
  });
  raw_client client(server.address());
  EXPECT_EQ(client.get("/dropped").status, 500u);
  EXPECT_EQ(client.get("/dropped-elsewhere").status, 500u);
  worker.join();
  const auto thrown = client.get("/throws");
  EXPECT_EQ(thrown.status, 500u);
  EXPECT_THAT(thrown.body, Not(HasSubstr("secret")));
  EXPECT_EQ(client.get("/bad-status").status, 500u);
  EXPECT_EQ(server.counters().responses[4], 4u);
}

TEST(http_server, unknown_paths_and_methods_are_told_what_there_is) {
  test_server server;
  server.route("GET", "/metrics", answer(""));
  server.route("POST", "/hook", answer(""));
  raw_client client(server.address());
  const auto missing = client.get("/metricz");
  EXPECT_EQ(missing.status, 404u);
  EXPECT_THAT(missing.body, HasSubstr("Did you mean /metrics?"));
  EXPECT_THAT(missing.body, HasSubstr("/hook"));
  EXPECT_THAT(missing.header("Content-Type"), StartsWith("text/plain"));

  client.send("DELETE /metrics HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto refused = client.read_response();
  EXPECT_EQ(refused.status, 405u);
  EXPECT_EQ(refused.header("Allow"), "GET, HEAD");
  client.send("HEAD /hook HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(client.read_response(true).header("Allow"), "POST");
  client.send("GET http://elsewhere.example/metrics HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 200u);
}

TEST(http_server, html_gets_a_policy_and_headers_cannot_be_split) {
  test_server server;
  server.route("GET", "/", answer("<!DOCTYPE html>", "text/html; charset=utf-8"));
  server.route("GET", "/own", [](request, reply done) {
    response r;
    r.content_type = "text/html";
    r.headers = {{"content-security-policy", "default-src 'self'"}, {"X-From", "a\r\nX-Injected: yes"}};
    done(std::move(r));
  });
  raw_client client(server.address());
  EXPECT_THAT(client.get("/").header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  const auto own = client.get("/own");
  EXPECT_EQ(own.header("Content-Security-Policy"), "default-src 'self'");
  EXPECT_EQ(own.header("X-Injected"), "");
  EXPECT_EQ(own.header("X-From"), "a  X-Injected: yes");
}

TEST(http_server, no_content_has_neither_body_nor_length) {
  test_server server;
  server.route("GET", "/", [](request, reply done) {
    response r;
    r.status = 204;
    r.body = "must not be sent";
    done(std::move(r));
  });
  raw_client client(server.address());
  const auto r = client.get("/");
  EXPECT_EQ(r.status, 204u);
  EXPECT_EQ(r.header("Content-Length"), "");
  EXPECT_EQ(client.get("/").status, 204u);
}

TEST(http_server, expect_100_continue) {
  test_server server;
  server.route("POST", "/", [](request q, reply done) {
    response r;
    r.body = q.body;
    done(std::move(r));
  });
  raw_client client(server.address());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 100u);
  client.send("ok");
  EXPECT_EQ(client.read_response().body, "ok");
}

TEST(http_listen, a_taken_port_is_named_together_with_a_way_out) {
  test_server server;
  boost::asio::io_context loop;
  auto options = quiet_options();
  options.listen = {"127.0.0.1:0", to_string(server.address())};
  const auto second = server::create(loop, options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::busy);
  EXPECT_THAT(second.error().message, HasSubstr(to_string(server.address())));
  EXPECT_THAT(second.error().message, HasSubstr("is in use"));
  EXPECT_THAT(second.error().message, HasSubstr("choose another [http] listen"));
}

TEST(http_listen, bad_entries_are_explained) {
  boost::asio::io_context loop;
  const auto message = [&](std::vector<std::string> listen) {
    auto options = quiet_options();
    options.listen = std::move(listen);
    const auto made = server::create(loop, options);
    return made ? std::string("accepted") : made.error().message;
  };
  EXPECT_THAT(message({"127.0.0.1"}), HasSubstr("the port is missing"));
  EXPECT_THAT(message({"127.0.0.1:65536"}), HasSubstr("0 to 65535"));
  EXPECT_THAT(message({"127.0.0.1:12x"}), HasSubstr("0 to 65535"));
  EXPECT_THAT(message({"::1:9847"}), HasSubstr("brackets"));
  EXPECT_THAT(message({":9847"}), HasSubstr("the address is missing"));
  EXPECT_THAT(message({}), HasSubstr("listen is empty"));
  // TEST-NET-1 (RFC 5737): no machine has it.
  EXPECT_THAT(message({"192.0.2.1:0"}), HasSubstr("no address 192.0.2.1"));
}

TEST(http_listen, a_port_is_free_again_at_once_after_the_server) {
  endpoint address;
  {
    test_server server;
    server.route("GET", "/", answer("one"));
    address = server.address();
    raw_client client(address);
    EXPECT_EQ(client.get("/", "Connection: close\r\n").body,
              "one"); // the server closes first: TIME_WAIT is on its side
    EXPECT_TRUE(client.at_end());
  }
  auto options = quiet_options();
  options.listen = {to_string(address)};
  test_server again(options);
  again.route("GET", "/", answer("two"));
  raw_client client(address);
  EXPECT_EQ(client.get("/").body, "two");
}

TEST(http_listen, both_loopbacks) {
  auto options = quiet_options();
  options.listen = {"[::1]:0", "127.0.0.1:0"};
  test_server server(options);
  server.route("GET", "/", answer("six"));
  std::vector<std::string> skipped;
  std::vector<endpoint> addresses;
  server.on_loop([&](auto& s) {
    skipped = s.skipped();
    addresses = s.addresses();
  });
  if (!skipped.empty()) {
    EXPECT_EQ(addresses.size(), 1u);
    GTEST_SKIP() << skipped.front();
  }
  ASSERT_EQ(addresses.size(), 2u);
  for (const auto& address : addresses) {
    raw_client client(address);
    EXPECT_EQ(client.get("/").body, "six") << to_string(address);
  }
  EXPECT_EQ(addresses[0].host, "::1");
  EXPECT_EQ(to_string(addresses[0]), "[::1]:" + std::to_string(addresses[0].port));
}

} // namespace
} // namespace reeve::http::testing
