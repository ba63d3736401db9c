// SPDX-License-Identifier: Apache-2.0
// What a scrape costs beyond making its text: a keep-alive client on the loopback, one request after the
// other. items_per_second: requests; p50_us, p90_us, p99_us, max_us: from sending the request to the last
// byte of the answer; wire_bytes: the answer as sent.
#include "reeve/http/server.hpp"

#include <benchmark/benchmark.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace reeve::http;
using steady = std::chrono::steady_clock;

// Looks like process-watch's page: families with a label each, numbers of many digits.
std::string metrics_text(std::size_t bytes) {
  static constexpr std::array<const char*, 4> families{
      "reeve_process_group_cpu_seconds_total", "reeve_process_group_resident_memory_bytes",
      "reeve_process_group_open_handles", "reeve_process_group_io_bytes_total"};
  std::string out;
  std::uint64_t random = 88172645463325252u;
  for (std::size_t i = 0; out.size() < bytes; ++i) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    out += families[i / 997 % families.size()];
    out += "{group=\"worker-" + std::to_string(i % 997) + "\",mode=\"user\"} " +
           std::to_string(random % 10'000'000'000) + "\n";
  }
  return out;
}

class text_source : public body_source {
 public:
  explicit text_source(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}
  bool next(std::string& chunk, std::size_t at_least) override {
    chunk.append(*text_, offset_, at_least);
    offset_ = std::min(offset_ + at_least, text_->size());
    return offset_ < text_->size();
  }

 private:
  std::shared_ptr<const std::string> text_;
  std::size_t offset_ = 0;
};

class running_server {
 public:
  explicit running_server(std::size_t bytes) {
    server_options options;
    options.listen = {"127.0.0.1:0"};
    auto made = server::create(loop_, options);
    if (!made) std::abort();
    server_ = std::move(*made);
    port = server_->addresses().front().port;
    auto text = std::make_shared<const std::string>(metrics_text(bytes));
    server_->route("GET", "/metrics", [text](request, reply done) {
      response r;
      r.content_type = "text/plain; version=0.0.4; charset=utf-8";
      r.stream = std::make_unique<text_source>(text);
      done(std::move(r));
    });
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~running_server() {
    asio::post(loop_, [this] { server_.reset(); });
    work_.reset();
    thread_.join();
  }

  std::uint16_t port = 0;

 private:
  asio::io_context loop_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  std::unique_ptr<server> server_;
  std::thread thread_;
};

// Reads one answer without keeping its body. The framing is followed, so that the next answer begins where it
// should.
class scraper {
 public:
  explicit scraper(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }

  std::size_t scrape(const std::string& request) {
    asio::write(socket_, asio::buffer(request));
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
    const auto n = socket_.read_some(asio::buffer(buffer_));
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

  asio::io_context loop_;
  asio::ip::tcp::socket socket_{loop_};
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t total_ = 0;
};

void scrape(benchmark::State& state) {
  running_server server(static_cast<std::size_t>(state.range(0)));
  scraper client(server.port);
  std::string request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";
  if (state.range(1) != 0) request += "Accept-Encoding: gzip\r\n";
  request += "\r\n";

  std::size_t wire_bytes = client.scrape(request);
  std::vector<double> microseconds;
  for (auto _ : state) {
    const auto begin = steady::now();
    wire_bytes = client.scrape(request);
    microseconds.push_back(std::chrono::duration<double, std::micro>(steady::now() - begin).count());
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
BENCHMARK(scrape)->ArgNames({"bytes", "gzip"})->ArgsProduct({{50'000, 4'000'000}, {0, 1}})->UseRealTime();

// Why the server compresses at the level it does.
void compress(benchmark::State& state) {
  const auto text = metrics_text(4'000'000);
  std::vector<Bytef> out(text.size());
  std::size_t size = 0;
  for (auto _ : state) {
    z_stream stream{};
    if (deflateInit2(&stream, static_cast<int>(state.range(0)), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK)
      std::abort();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
    size = stream.total_out;
    deflateEnd(&stream);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["ratio"] = static_cast<double>(text.size()) / static_cast<double>(size);
}
BENCHMARK(compress)->ArgName("level")->DenseRange(1, 9)->Unit(benchmark::kMillisecond);

} // namespace
