// SPDX-License-Identifier: Apache-2.0
// For the benchmarks of a scrape: a server with one page, a keep-alive client, and the timing of its
// requests.
#pragma once

#include "reeve/http/server.hpp"

#include <benchmark/benchmark.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace reeve::bench {

// Serves GET /metrics from a thread of its own.
class loopback_server {
 public:
  // `page` makes the body of each answer, on the server's thread.
  explicit loopback_server(std::function<std::unique_ptr<http::body_source>()> page) {
    http::server_options options;
    options.listen = {"127.0.0.1:0"};
    auto made = http::server::create(loop_, options);
    if (!made) std::abort();
    server_ = std::move(*made);
    port = server_->addresses().front().port;
    server_->route("GET", "/metrics", [page = std::move(page)](http::request, http::reply done) {
      http::response r;
      r.content_type = "text/plain; version=0.0.4; charset=utf-8";
      r.stream = page();
      done(std::move(r));
    });
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~loopback_server() {
    boost::asio::post(loop_, [this] { server_.reset(); });
    work_.reset();
    thread_.join();
  }
  loopback_server(const loopback_server&) = delete;

  std::uint16_t port = 0;

 private:
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
  std::unique_ptr<http::server> server_;
  std::thread thread_;
};

// Reads one answer without keeping its body. The framing is followed, so that the next answer begins where it
// should.
class loopback_client {
 public:
  explicit loopback_client(std::uint16_t port) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }

  std::size_t scrape(const std::string& request) {
    boost::asio::write(socket_, boost::asio::buffer(request));
    total_ = 0;
    const auto head = take_until("\r\n\r\n");
    if (head.compare(0, 12, "HTTP/1.1 200") != 0) std::abort();
    if (const auto at = head.find("Content-Length: "); at != std::string::npos) {
      skip(std::strtoull(head.c_str() + at + 16, nullptr, 10));
      return total_;
    }
    for (;;) {
      const auto size = std::strtoull(take_until("\r\n").c_str(), nullptr, 16);
      skip(size + 2);
      if (size == 0) return total_;
    }
  }

 private:
  void more() {
    const auto n = socket_.read_some(boost::asio::buffer(buffer_));
    begin_ = 0;
    end_ = n;
    total_ += n;
  }
  std::string take_until(std::string_view mark) {
    std::string out;
    while (out.size() < mark.size() || out.compare(out.size() - mark.size(), mark.size(), mark) != 0) {
      if (begin_ == end_) more();
      out += buffer_[begin_++];
    }
    return out;
  }
  void skip(std::size_t count) {
    while (count != 0) {
      if (begin_ == end_) more();
      const auto now = std::min(count, end_ - begin_);
      begin_ += now;
      count -= now;
    }
  }

  boost::asio::io_context loop_;
  boost::asio::ip::tcp::socket socket_{loop_};
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t total_ = 0;
};

// The loop of a benchmark: `request` again and again, and the counters p50_us, p90_us, p99_us, max_us (from
// sending it to the last byte of the answer) and wire_bytes (the answer as sent).
inline void time_scrapes(benchmark::State& state, loopback_client& client, const std::string& request) {
  std::size_t wire_bytes = client.scrape(request);
  std::vector<double> microseconds;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    wire_bytes = client.scrape(request);
    const auto took = std::chrono::steady_clock::now() - begin;
    microseconds.push_back(std::chrono::duration<double, std::micro>(took).count());
  }
  std::sort(microseconds.begin(), microseconds.end());
  const auto percentile = [&](double p) {
    return microseconds[static_cast<std::size_t>(p * static_cast<double>(microseconds.size() - 1))];
  };
  state.SetItemsProcessed(state.iterations());
  state.counters["p50_us"] = percentile(0.5);
  state.counters["p90_us"] = percentile(0.9);
  state.counters["p99_us"] = percentile(0.99);
  state.counters["max_us"] = microseconds.back();
  state.counters["wire_bytes"] = static_cast<double>(wire_bytes);
}

} // namespace reeve::bench
