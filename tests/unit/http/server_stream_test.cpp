// SPDX-License-Identifier: Apache-2.0
// Bodies that are made while they are sent, and compression.
#include "http_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

namespace reeve::http::testing {
namespace {

using ::testing::HasSubstr;

// Line n is "n\n"; so that a lost, doubled or misplaced piece shows.
class counting_source : public body_source {
 public:
  explicit counting_source(std::size_t total_bytes, std::atomic<std::size_t>* produced = nullptr)
      : total_(total_bytes), produced_(produced) {}

  bool next(std::string& chunk, std::size_t at_least) override {
    const auto begin = chunk.size();
    while (chunk.size() - begin < at_least && sent_ + (chunk.size() - begin) < total_)
      chunk += std::to_string(line_++) + '\n';
    sent_ += chunk.size() - begin;
    if (produced_ != nullptr) *produced_ = sent_;
    return sent_ < total_;
  }

 private:
  std::size_t total_;
  std::atomic<std::size_t>* produced_;
  std::size_t sent_ = 0;
  std::size_t line_ = 0;
};

std::string counted(std::size_t total_bytes) {
  std::string out;
  counting_source(total_bytes).next(out, total_bytes);
  return out;
}

handler stream(std::size_t total_bytes, std::atomic<std::size_t>* produced = nullptr,
               std::string type = "text/plain") {
  return [=](request, reply done) {
    response r;
    r.content_type = type;
    r.stream = std::make_unique<counting_source>(total_bytes, produced);
    done(std::move(r));
  };
}

TEST(http_stream, is_chunked_and_the_connection_stays) {
  test_server server;
  server.route("GET", "/", stream(1'000'000));
  raw_client client(server.address());
  for (int i = 0; i < 2; ++i) {
    const auto r = client.get("/");
    EXPECT_EQ(r.header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(r.header("Content-Length"), "");
    EXPECT_TRUE(r.complete);
    EXPECT_TRUE(r.body == counted(1'000'000));
  }
}

TEST(http_stream, a_short_one_gets_its_length) {
  test_server server;
  server.route("GET", "/short", stream(1000));
  server.route("GET", "/empty", stream(0));
  raw_client client(server.address());
  const auto r = client.get("/short");
  EXPECT_EQ(r.header("Content-Length"), std::to_string(r.body.size()));
  EXPECT_EQ(r.body, counted(1000));
  EXPECT_EQ(client.get("/empty").header("Content-Length"), "0");
}

TEST(http_stream, ends_with_the_connection_on_http_1_0) {
  test_server server;
  server.route("GET", "/", stream(500'000));
  raw_client client(server.address());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto r = client.read_response();
  EXPECT_EQ(r.header("Transfer-Encoding"), "");
  EXPECT_EQ(r.header("Connection"), "close");
  EXPECT_TRUE(r.body == counted(500'000));
}

TEST(http_stream, head_makes_nothing_of_it) {
  test_server server;
  std::atomic<std::size_t> produced{0};
  server.route("GET", "/", stream(500'000, &produced));
  raw_client client(server.address());
  client.send("HEAD / HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n");
  const auto r = client.read_response(true);
  EXPECT_EQ(r.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(r.header("Content-Encoding"), "gzip");
  EXPECT_EQ(produced, 0u);
  EXPECT_TRUE(client.get("/").body == counted(500'000));
}

TEST(http_stream, a_slow_reader_holds_back_its_source) {
  constexpr std::size_t total = 50'000'000;
  // What the kernels on both ends may hold, and a piece of ours.
  constexpr std::size_t ahead_at_most = 16'000'000;
  test_server server;
  std::atomic<std::size_t> produced{0};
  server.route("GET", "/", stream(total, &produced));
  raw_client client(server.address(), 16 * 1024);
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_some(1000), HasSubstr("200 OK"));
  // Nobody reads now. Produced has come to rest when many rounds of the loop did not change it.
  std::size_t before;
  do {
    before = produced;
    for (int i = 0; i < 200; ++i)
      server.on_loop([](auto&) {});
  } while (produced != before);
  EXPECT_LT(produced, ahead_at_most);
  std::size_t received = 0;
  for (std::string piece = client.read_some(1 << 20); !piece.empty(); piece = client.read_some(1 << 20)) {
    received += piece.size();
    ASSERT_LT(produced, received + ahead_at_most);
  }
  EXPECT_GE(produced, total);
  EXPECT_GE(received, produced - 1000);
  EXPECT_LT(received, produced + 1000); // the header
}

TEST(http_stream, a_source_that_fails_is_not_taken_for_a_whole) {
  class failing : public body_source {
   public:
    explicit failing(int pieces) : left_(pieces) {}
    bool next(std::string& chunk, std::size_t at_least) override {
      if (left_-- == 0) throw std::runtime_error("broken");
      chunk.append(at_least, 'x');
      return true;
    }
    int left_;
  };
  test_server server;
  for (const int pieces : {0, 3})
    server.route("GET", "/" + std::to_string(pieces), [pieces](request, reply done) {
      response r;
      r.stream = std::make_unique<failing>(pieces);
      done(std::move(r));
    });
  raw_client early(server.address());
  EXPECT_EQ(early.get("/0").status, 500u); // nothing had been sent
  raw_client late(server.address());
  const auto r = late.get("/3");
  EXPECT_EQ(r.status, 200u);
  EXPECT_FALSE(r.complete);
  EXPECT_EQ(server.counters().responses_cut, 1u);
}

TEST(http_stream, a_source_that_makes_nothing_does_not_hold_the_loop) {
  class stuck : public body_source {
   public:
    bool next(std::string&, std::size_t) override { return true; }
  };
  test_server server;
  server.route("GET", "/", [](request, reply done) {
    response r;
    r.stream = std::make_unique<stuck>();
    done(std::move(r));
  });
  raw_client client(server.address());
  EXPECT_EQ(client.get("/").status, 500u);
}

TEST(http_stream, a_client_that_leaves_ends_its_source) {
  // More than any pair of socket buffers: the server must run into the closed connection while it writes.
  test_server server;
  std::promise<void> gone;
  class watched : public counting_source {
   public:
    explicit watched(std::promise<void>& gone) : counting_source(1'000'000'000), gone_(gone) {}
    ~watched() override { gone_.set_value(); }
    std::promise<void>& gone_;
  };
  server.route("GET", "/", [&](request, reply done) {
    response r;
    r.stream = std::make_unique<watched>(gone);
    done(std::move(r));
  });
  server.route("GET", "/other", stream(10));
  {
    raw_client client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_FALSE(client.read_some(1000).empty());
    client.reset();
  }
  ASSERT_EQ(gone.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  server.wait_for([](const auto& c) { return c.connections_current == 0 && c.responses_cut == 1; });
  raw_client other(server.address());
  EXPECT_EQ(other.get("/other").status, 200u); // no SIGPIPE, and the loop goes on
}

TEST(http_stream, stop_lets_a_running_reply_end) {
  test_server server;
  server.route("GET", "/", stream(20'000'000));
  raw_client idle(server.address());
  EXPECT_EQ(idle.get("/none").status, 404u);
  raw_client client(server.address(), 16 * 1024);
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  server.wait_for([](const auto& c) { return c.responses[1] == 1; });
  std::promise<void> stopped;
  auto done = stopped.get_future();
  server.on_loop([&](auto& s) { s.stop(std::chrono::seconds(60), [&] { stopped.set_value(); }); });
  EXPECT_FALSE(can_connect(server.address()));
  EXPECT_TRUE(idle.at_end());
  EXPECT_EQ(done.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  {
    auto reader = std::move(client);
    const auto r = reader.read_response();
    EXPECT_TRUE(r.complete);
    EXPECT_TRUE(r.body == counted(20'000'000));
    EXPECT_TRUE(reader.at_end());
  }
  ASSERT_EQ(done.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_EQ(server.counters().connections_current, 0u);
  EXPECT_EQ(server.counters().responses_cut, 0u);
}

TEST(http_stream, stop_cuts_what_outlasts_its_grace) {
  test_server server;
  server.route("GET", "/", stream(200'000'000));
  raw_client client(server.address(), 16 * 1024);
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  server.wait_for([](const auto& c) { return c.responses[1] == 1; });
  std::promise<void> stopped;
  server.on_loop([&](auto& s) {
    s.stop(std::chrono::seconds(60));
    s.stop(std::chrono::milliseconds(20), [&] { stopped.set_value(); });
  });
  ASSERT_EQ(stopped.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_FALSE(client.read_response().complete);
  EXPECT_EQ(server.counters().responses_cut, 1u);
}

TEST(http_stream, the_server_may_go_during_one) {
  auto server = std::make_unique<test_server>();
  server->route("GET", "/", stream(200'000'000));
  raw_client client(server->address(), 16 * 1024);
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  server->wait_for([](const auto& c) { return c.responses[1] == 1; });
  server.reset();
  EXPECT_FALSE(client.read_response().complete);
}

TEST(http_gzip, round_trip_of_a_stream_and_of_a_body) {
  test_server server;
  server.route("GET", "/stream", stream(5'000'000));
  server.route("GET", "/body", [](request, reply done) {
    response r;
    r.content_type = "application/openmetrics-text; version=1.0.0";
    r.body = counted(20'000);
    done(std::move(r));
  });
  raw_client client(server.address());
  const auto streamed = client.get("/stream", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(streamed.header("Content-Encoding"), "gzip");
  EXPECT_EQ(streamed.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(streamed.header("Transfer-Encoding"), "chunked");
  EXPECT_LT(streamed.body.size(), 3'000'000u);
  EXPECT_TRUE(gunzip(streamed.body) == counted(5'000'000));

  const auto whole = client.get("/body", "Accept-Encoding: deflate, gzip;q=0.9\r\n");
  EXPECT_EQ(whole.header("Content-Encoding"), "gzip");
  EXPECT_EQ(whole.header("Content-Length"), std::to_string(whole.body.size()));
  EXPECT_TRUE(gunzip(whole.body) == counted(20'000));
}

TEST(http_gzip, only_when_asked_for_and_only_for_text) {
  test_server server;
  server.route("GET", "/", stream(1000));
  server.route("GET", "/image", stream(1000, nullptr, "image/png"));
  raw_client client(server.address());
  const auto plain = client.get("/");
  EXPECT_EQ(plain.header("Content-Encoding"), "");
  EXPECT_EQ(plain.header("Vary"), "Accept-Encoding"); // a cache must know although this answer is plain
  EXPECT_EQ(client.get("/", "Accept-Encoding: gzip;q=0\r\n").header("Content-Encoding"), "");
  const auto image = client.get("/image", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(image.header("Content-Encoding"), "");
  EXPECT_EQ(image.header("Vary"), "");

  auto options = quiet_options();
  options.gzip = false;
  test_server without(options);
  without.route("GET", "/", stream(1000));
  raw_client other(without.address());
  const auto off = other.get("/", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(off.header("Content-Encoding"), "");
  EXPECT_EQ(off.header("Vary"), "");
}

} // namespace
} // namespace reeve::http::testing
