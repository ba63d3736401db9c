// SPDX-License-Identifier: Apache-2.0
// One scrape of what process-watch published of 2,000 processes: the snapshot on the board as text, through
// the server, over the loopback. Also as text alone, without the network.
#include "bench/http/loopback.hpp"
#include "still_machine.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/plugin_rig.hpp"

#include "reeve/exposition/render.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace {

using namespace reeve;

std::vector<store::snapshot_ptr> published(bool per_process) {
  auto rig = test::plugin_rig::start(
      "process-watch", test::options({{"per_process", {per_process, {}}}}),
      {.processes = [](const os::process_table_options&) -> result<std::unique_ptr<os::process_table>> {
        return {std::make_unique<bench::still_machine>(2000, "")};
      }});
  if (!rig) throw std::runtime_error(rig.error().message);
  return {(*rig)->tick().published};
}

class page final : public http::body_source {
 public:
  explicit page(const std::vector<store::snapshot_ptr>& of)
      : renderer_(of, exposition::format::openmetrics) {}
  bool next(std::string& chunk, std::size_t at_least) override { return renderer_.next(chunk, at_least); }

 private:
  exposition::renderer renderer_;
};

void scrape(benchmark::State& state, bool per_process) {
  const auto snapshots = published(per_process);
  const bench::loopback_server server([&] { return std::make_unique<page>(snapshots); });
  bench::loopback_client client(server.port);
  std::string request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";
  if (state.range(0) != 0) request += "Accept-Encoding: gzip\r\n";
  request += "\r\n";
  bench::time_scrapes(state, client, request);
}

void render(benchmark::State& state, bool per_process) {
  const auto snapshots = published(per_process);
  std::string chunk;
  std::size_t bytes = 0;
  const std::uint64_t before = test::heap_allocations();
  for (auto _ : state) {
    page text(snapshots);
    bytes = 0;
    for (bool more = true; more; bytes += chunk.size()) {
      chunk.clear();
      more = text.next(chunk, 64 * 1024);
    }
  }
  state.counters["allocations/scrape"] =
      static_cast<double>(test::heap_allocations() - before) / static_cast<double>(state.iterations());
  state.counters["bytes"] = static_cast<double>(bytes);
}

BENCHMARK_CAPTURE(scrape, groups, false)->ArgName("gzip")->Arg(0)->Arg(1)->UseRealTime();
BENCHMARK_CAPTURE(scrape, every_process, true)->ArgName("gzip")->Arg(0)->Arg(1)->UseRealTime();
BENCHMARK_CAPTURE(render, groups, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(render, every_process, true)->Unit(benchmark::kMicrosecond);

} // namespace
