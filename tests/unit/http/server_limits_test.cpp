// SPDX-License-Identifier: Apache-2.0
// Malformed, oversized, slow and too many.
#include "http_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace reeve::http::testing {
namespace {

using ::testing::HasSubstr;

constexpr auto soon = std::chrono::milliseconds(50); // a timeout that is meant to be reached

handler hello() {
  return [](request, reply done) {
    response r;
    r.body = "hello";
    done(std::move(r));
  };
}

// What a fresh connection gets for these bytes; the connection must be closed after it.
client_response rejected(test_server& server, std::string_view bytes) {
  raw_client client(server.address());
  client.try_send(bytes); // the server may close before it has read all of it
  auto r = client.read_response();
  EXPECT_TRUE(client.at_end()) << bytes.substr(0, 80);
  EXPECT_EQ(r.header("Connection"), "close");
  return r;
}

TEST(http_limits, malformed_requests_get_400_and_the_connection_closes) {
  test_server server;
  server.route("GET", "/", hello());
  server.route("POST", "/", hello());
  const std::vector<std::string_view> cases{
      "\x16\x03\x01\x02\x05\x01\xfc\x03\x03\r\n\r\n", // the beginning of a TLS handshake
      "GET /\r\n\r\n",
      "GET / HTTP/1.1\r\nno colon\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : t\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n", // no Host
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /a%00b HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET example.org:80 HTTP/1.1\r\nHost: t\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n", // smuggling
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
  };
  for (const auto bytes : cases)
    EXPECT_EQ(rejected(server, bytes).status, 400u) << bytes;
  EXPECT_EQ(server.counters().responses[3], cases.size());
  EXPECT_EQ(server.counters().responses[1], 0u);
}

TEST(http_limits, other_versions) {
  test_server server;
  EXPECT_EQ(rejected(server, "GET / HTTP/2.0\r\nHost: t\r\n\r\n").status, 505u);
}

TEST(http_limits, long_headers_get_431) {
  test_server server;
  server.route("GET", "/", hello());
  raw_client client(server.address());
  const std::string fits(15 * 1024, 'a');
  EXPECT_EQ(client.get("/", "X: " + fits + "\r\n").status, 200u);
  const std::string one_line(17 * 1024, 'a');
  EXPECT_EQ(rejected(server, "GET / HTTP/1.1\r\nHost: t\r\nX: " + one_line + "\r\n\r\n").status, 431u);
  EXPECT_EQ(rejected(server, "GET /" + one_line + " HTTP/1.1\r\nHost: t\r\n\r\n").status, 431u);
  std::string lines = "GET / HTTP/1.1\r\nHost: t\r\n";
  for (int i = 0; i < 2000; ++i)
    lines += "X: aaaaaaaa\r\n";
  EXPECT_EQ(rejected(server, lines).status, 431u); // without its end
}

TEST(http_limits, long_bodies_get_413) {
  test_server server;
  server.route("POST", "/", [](request q, reply done) {
    response r;
    r.body = std::to_string(q.body.size());
    done(std::move(r));
  });
  constexpr std::size_t limit = 1024 * 1024;
  raw_client client(server.address());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(limit) + "\r\n\r\n" +
              std::string(limit, 'x'));
  EXPECT_EQ(client.read_response().body, std::to_string(limit));
  const auto announced =
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(limit + 1) + "\r\n\r\n";
  EXPECT_EQ(rejected(server, announced).status, 413u);
  std::string chunked = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 17; ++i)
    chunked += "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  EXPECT_EQ(rejected(server, chunked).status, 413u);
}

TEST(http_limits, endless_chunk_extensions_and_trailers) {
  test_server server;
  server.route("POST", "/", hello());
  const std::string begin = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string much(100 * 1024, 'a');
  EXPECT_THAT((std::vector<unsigned>{400u, 431u}),
              ::testing::Contains(rejected(server, begin + "1;a=" + much).status));
  EXPECT_THAT((std::vector<unsigned>{400u, 431u}),
              ::testing::Contains(rejected(server, begin + "0\r\nX: " + much).status));
}

TEST(http_limits, a_slow_request_gets_408) {
  auto options = quiet_options();
  options.request_timeout = soon;
  test_server server(options);
  server.route("POST", "/", hello());
  EXPECT_EQ(rejected(server, "GET / HTTP/1.1\r\nHo").status, 408u);
  EXPECT_EQ(rejected(server, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhell").status, 408u);
}

TEST(http_limits, a_trickle_does_not_prolong_a_request) {
  auto options = quiet_options();
  options.request_timeout = soon;
  test_server server(options);
  raw_client client(server.address());
  // A header a time, for as long as the server listens. It ends only because the deadline is that of the
  // whole request.
  bool open = client.try_send("GET / HTTP/1.1\r\n");
  for (int i = 0; open && i < 1'000'000 && server.counters().responses[3] == 0; ++i)
    open = i > 500 || client.try_send("X: y\r\n"); // 3 KB, under the header limit; then only waiting
  EXPECT_EQ(client.read_response().status, 408u);
}

TEST(http_limits, a_silent_client_is_closed_without_a_word) {
  auto options = quiet_options();
  options.request_timeout = soon;
  options.idle_timeout = soon;
  test_server server(options);
  server.route("GET", "/", hello());
  raw_client never(server.address());
  EXPECT_TRUE(never.at_end());
  raw_client once(server.address());
  EXPECT_EQ(once.get("/").status, 200u);
  EXPECT_TRUE(once.at_end());
  EXPECT_EQ(server.counters().responses[3], 0u);
}

TEST(http_limits, a_handler_that_never_replies_gets_503_for_its_client_and_may_still_reply) {
  auto options = quiet_options();
  options.request_timeout = soon;
  test_server server(options);
  reply kept;
  server.route("GET", "/", [&](request, reply done) { kept = std::move(done); });
  server.route("GET", "/quick", hello());
  raw_client client(server.address());
  EXPECT_EQ(client.get("/").status, 503u);
  EXPECT_TRUE(client.at_end());
  kept({}); // too late, and harmless
  kept = nullptr;
  raw_client other(server.address());
  EXPECT_EQ(other.get("/quick").status, 200u);
  EXPECT_EQ(server.counters().responses[4], 1u);
}

TEST(http_limits, a_reader_without_progress_is_cut) {
  auto options = quiet_options();
  options.request_timeout = soon;
  test_server server(options);
  class endless : public body_source {
   public:
    bool next(std::string& chunk, std::size_t at_least) override {
      chunk.append(at_least, 'x');
      return true;
    }
  };
  server.route("GET", "/", [](request, reply done) {
    response r;
    r.stream = std::make_unique<endless>();
    done(std::move(r));
  });
  raw_client client(server.address(), 16 * 1024);
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  server.wait_for([](const auto& c) { return c.responses_cut == 1 && c.connections_current == 0; });
}

TEST(http_limits, one_connection_too_many_is_refused_with_503) {
  auto options = quiet_options();
  options.max_connections = 2;
  test_server server(options);
  server.route("GET", "/", hello());
  auto first = std::make_unique<raw_client>(server.address());
  raw_client second(server.address());
  EXPECT_EQ(first->get("/").status, 200u);
  EXPECT_EQ(second.get("/").status, 200u);
  raw_client third(server.address());
  third.try_send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto r = third.read_response();
  EXPECT_EQ(r.status, 503u);
  EXPECT_EQ(r.header("Retry-After"), "1");
  EXPECT_THAT(r.body, HasSubstr("2 connections"));
  EXPECT_TRUE(third.at_end());
  EXPECT_EQ(server.counters().connections_refused, 1u);
  EXPECT_EQ(server.counters().connections_current, 2u);
  EXPECT_EQ(server.counters().connections_total, 2u);

  first.reset();
  server.wait_for([](const auto& c) { return c.connections_current == 1; });
  raw_client fourth(server.address());
  EXPECT_EQ(fourth.get("/").status, 200u);
}

TEST(http_limits, a_crowd_is_refused_without_growing) {
  auto options = quiet_options();
  options.max_connections = 1;
  test_server server(options);
  server.route("GET", "/", hello());
  raw_client first(server.address());
  EXPECT_EQ(first.get("/").status, 200u);
  std::vector<raw_client> crowd;
  for (int i = 0; i < 60; ++i)
    crowd.emplace_back(server.address());
  for (auto& client : crowd) {
    const auto r = client.read_response();
    EXPECT_TRUE(r.status == 503 || r.status == 0); // a word, or none when too many are being refused
  }
  server.wait_for([](const auto& c) { return c.connections_refused == 60; });
  EXPECT_EQ(first.get("/").status, 200u);
}

TEST(http_limits, replies_after_the_server_are_harmless) {
  auto server = std::make_unique<test_server>();
  std::promise<reply> kept;
  server->route("GET", "/", [&](request, reply done) { kept.set_value(std::move(done)); });
  raw_client client(server->address());
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  auto late = kept.get_future().get();
  server->destroy();
  EXPECT_TRUE(client.at_end());
  late({});
  auto dropped = std::move(late);
  server.reset(); // and with it the loop
  dropped = nullptr;
}

} // namespace
} // namespace reeve::http::testing
