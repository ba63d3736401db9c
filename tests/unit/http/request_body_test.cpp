// SPDX-License-Identifier: Apache-2.0
// What a route asks of the requests that it takes: their bodies, their number, and whose they are.
#include "http_fixture.hpp"

#include "tests/support/heap_count.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

namespace reeve::http::testing {
namespace {

using reeve::test::heap_in_use;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

handler length_of_body() {
  return [](request q, reply done) {
    response r;
    r.body = std::to_string(q.body.size());
    done(std::move(r));
  };
}

std::string post(std::string_view headers, std::string_view body = {}) {
  std::string out = "POST / HTTP/1.1\r\nHost: t\r\n";
  out += headers;
  out += "\r\n";
  out += body;
  return out;
}

route_options at_most(std::uint64_t bytes) {
  route_options out;
  out.max_body_bytes = bytes;
  return out;
}

admission only_with_word(std::string_view word) {
  return [word](const request& q) {
    std::optional<response> out;
    if (q.authorization != word) out.emplace().status = 401;
    return out;
  };
}

TEST(http_body, each_route_has_its_own_limit) {
  test_server server;
  server.route("POST", "/", length_of_body(), at_most(8));
  server.route("POST", "/long", length_of_body(), at_most(4 * 1024 * 1024));
  raw_client client(server.address());
  client.send(post("Content-Length: 8\r\n", "12345678"));
  EXPECT_EQ(client.read_response().body, "8");
  client.send(post("Transfer-Encoding: chunked\r\n", "5\r\n12345\r\n3\r\n678\r\n0\r\n\r\n"));
  EXPECT_EQ(client.read_response().body, "8");
  client.send("POST /long HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n" +
              std::string(3'000'000, 'x'));
  EXPECT_EQ(client.read_response().body, "3000000");
  client.send(post("Content-Length: 9\r\n")); // and nothing of it
  const auto r = client.read_response();
  EXPECT_EQ(r.status, 413u);
  EXPECT_THAT(r.body, HasSubstr("8 bytes"));
  EXPECT_TRUE(client.at_end());
  raw_client chunks(server.address());
  chunks.send(post("Transfer-Encoding: chunked\r\n", "5\r\n12345\r\n4\r\n"));
  EXPECT_EQ(chunks.read_response().status, 413u);
  EXPECT_TRUE(chunks.at_end());
}

TEST(http_body, a_hundred_megabytes_are_not_kept) {
  test_server server;
  server.route("POST", "/", length_of_body(), at_most(1'000'000));
  const std::string piece(1'000'000, 'x'), size_line = "f4240\r\n"; // a million, in hexadecimal
  for (const bool in_chunks : {false, true}) {
    raw_client client(server.address());
    client.send(post(in_chunks ? "Transfer-Encoding: chunked\r\n" : "Content-Length: 100000000\r\n"));
    std::int64_t most = 0;
    const std::string sent = in_chunks ? size_line + piece + "\r\n" : piece;
    const std::int64_t before = heap_in_use();
    for (int i = 0; i < 100 && client.try_send(sent); ++i) // until the server closes, if it was quicker
      most = std::max(most, heap_in_use() - before);
    EXPECT_LT(most, 4'000'000) << (in_chunks ? "in chunks" : "with its length");
  }
  server.wait_for([](const auto& c) { return c.connections_current == 0; });
  EXPECT_EQ(server.counters().responses[3], 2u);
}

TEST(http_body, is_not_asked_for_when_the_head_is_refused) {
  test_server server;
  server.route("POST", "/", length_of_body(), at_most(10));
  raw_client long_one(server.address());
  long_one.send(post("Content-Length: 11\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(long_one.read_response().status, 413u);
  raw_client elsewhere(server.address());
  elsewhere.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 100000000\r\n\r\n");
  const auto refused = elsewhere.read_response();
  EXPECT_EQ(refused.status, 405u);
  EXPECT_EQ(refused.header("Allow"), "POST");
  EXPECT_EQ(refused.header("Connection"), "close");
  EXPECT_TRUE(elsewhere.at_end());
}

TEST(http_body, a_route_may_insist_on_one) {
  test_server server;
  auto options = at_most(10);
  options.needs_body = true;
  server.route("POST", "/", length_of_body(), options);
  raw_client client(server.address());
  client.send(post(""));
  EXPECT_EQ(client.read_response().status, 411u);
  client.send(post("Content-Length: 0\r\n")); // the connection goes on, nothing was left unread
  EXPECT_EQ(client.read_response().body, "0");
}

// Where it ends nobody can tell, and its bytes would be taken for the next request (RFC 9112, 6.3).
TEST(http_body, whose_end_is_not_told_ends_the_connection) {
  test_server server;
  server.route("POST", "/", length_of_body(), at_most(1000));
  for (const char* coding : {"gzip", "identity", "chunked, gzip"}) {
    raw_client client(server.address());
    client.send(post(std::string("Transfer-Encoding: ") + coding + "\r\n", post("Content-Length: 0\r\n")));
    EXPECT_EQ(client.read_response().status, 400u) << coding;
    EXPECT_TRUE(client.at_end()) << coding;
  }
}

TEST(http_body, a_slow_one_gets_408) {
  auto options = quiet_options();
  options.request_timeout = std::chrono::milliseconds(50);
  test_server server(options);
  server.route("POST", "/", length_of_body());
  raw_client client(server.address());
  client.send(post("Transfer-Encoding: chunked\r\n", "5\r\n12"));
  EXPECT_EQ(client.read_response().status, 408u);
  EXPECT_TRUE(client.at_end());
}

TEST(http_admission, decides_before_the_body) {
  test_server server;
  std::atomic<int> handled{0};
  auto options = at_most(100);
  options.admit = only_with_word("Bearer open");
  server.route(
      "POST", "/",
      [&](const request&, const reply& done) {
        ++handled;
        done({});
      },
      options);
  raw_client stranger(server.address());
  stranger.send(post("Content-Length: 5\r\n"));
  EXPECT_EQ(stranger.read_response().status, 401u);
  EXPECT_TRUE(stranger.at_end());
  raw_client twice(server.address());
  twice.send(post("Authorization: Bearer open\r\nAuthorization: Bearer open\r\nContent-Length: 0\r\n"));
  EXPECT_EQ(twice.read_response().status, 401u);
  EXPECT_EQ(handled, 0);
  twice.send(post("Authorization: Bearer open\r\nContent-Length: 5\r\n", "hello"));
  EXPECT_EQ(twice.read_response().status, 200u);
  EXPECT_EQ(handled, 1);
}

TEST(http_admission, an_exception_becomes_500) {
  test_server server;
  route_options options;
  options.admit = [](const request&) -> std::optional<response> {
    throw std::runtime_error("secret detail");
  };
  server.route("GET", "/", length_of_body(), options);
  raw_client client(server.address());
  const auto r = client.get("/");
  EXPECT_EQ(r.status, 500u);
  EXPECT_EQ(r.body.find("secret"), std::string::npos);
}

TEST(http_rate, what_is_too_often_gets_429_and_says_when) {
  test_server server;
  route_options options;
  options.requests_per_second = 0.01;
  options.burst = 2;
  options.admit = only_with_word("me");
  server.route("POST", "/", length_of_body(), options);
  server.route("GET", "/", length_of_body());
  raw_client client(server.address());
  for (int i = 0; i < 5; ++i) { // a stranger uses up nothing
    client.send(post("Content-Length: 0\r\n"));
    EXPECT_EQ(client.read_response().status, 401u);
  }
  for (int i = 0; i < 2; ++i) {
    client.send(post("Authorization: me\r\nContent-Length: 2\r\n", "ab"));
    EXPECT_EQ(client.read_response().status, 200u);
  }
  client.send(post("Authorization: me\r\nContent-Length: 0\r\n"));
  const auto r = client.read_response();
  EXPECT_EQ(r.status, 429u);
  const int seconds = std::stoi("0" + r.header("Retry-After"));
  EXPECT_GT(seconds, 50);
  EXPECT_LE(seconds, 100);
  EXPECT_EQ(client.get("/").status, 200u); // of that route alone
}

TEST(http_route, hears_of_every_answer_and_can_be_taken_away) {
  test_server server;
  std::vector<unsigned> statuses;
  std::string last_refusal;
  auto options = at_most(3);
  options.answered = [&](unsigned status, const std::string& peer, const std::string& refusal) {
    statuses.push_back(status);
    last_refusal = peer.substr(0, peer.find(':')) + " " + refusal;
  };
  server.route("POST", "/", length_of_body(), options);
  for (const auto* body : {"abc", "abcd"}) {
    raw_client client(server.address());
    client.send(post("Content-Length: " + std::to_string(std::string_view(body).size()) + "\r\n", body));
    client.read_response();
  }
  server.on_loop([](auto& s) { s.unroute("POST", "/"); });
  raw_client client(server.address());
  client.send(post("Content-Length: 0\r\n"));
  EXPECT_EQ(client.read_response().status, 404u);
  server.on_loop([&](auto&) { EXPECT_THAT(statuses, ElementsAre(200u, 413u)); });
  EXPECT_EQ(last_refusal, "127.0.0.1 The request's body is longer than 3 bytes.\n");
}

} // namespace
} // namespace reeve::http::testing
