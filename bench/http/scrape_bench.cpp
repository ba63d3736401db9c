// SPDX-License-Identifier: Apache-2.0
// What a scrape costs beyond making its text: a keep-alive client on the loopback, one request after the
// other. items_per_second: requests; p50_us, p90_us, p99_us, max_us: from sending the request to the last
// byte of the answer; wire_bytes: the answer as sent.
#include "loopback.hpp"

#include <benchmark/benchmark.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

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

class text_source : public reeve::http::body_source {
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

void scrape(benchmark::State& state) {
  const auto text =
      std::make_shared<const std::string>(metrics_text(static_cast<std::size_t>(state.range(0))));
  const reeve::bench::loopback_server server([text] { return std::make_unique<text_source>(text); });
  reeve::bench::loopback_client client(server.port);
  std::string request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";
  if (state.range(1) != 0) request += "Accept-Encoding: gzip\r\n";
  request += "\r\n";
  reeve::bench::time_scrapes(state, client, request);
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
