// SPDX-License-Identifier: Apache-2.0
// What a scrape of 2,000 processes costs: 20 families with a pid and a name label each, 40,000 samples. The
// same data goes through this agent's renderer and through prometheus-cpp's serializer.
#include "reeve/exposition/render.hpp"
#include "reeve/store/batch.hpp"

#include <benchmark/benchmark.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <string>
#include <vector>

namespace {

using namespace reeve;

constexpr int families = 20;
constexpr int processes = 2000;
constexpr double samples = families * processes;

std::string name_of(int process) {
  return "worker-" + std::to_string(process % 37);
}
std::string pid_of(int process) {
  return std::to_string(1000 + process * 7);
}

// Counts, bytes, seconds of clock ticks, ratios: as a process table hands them over.
double value_of(int family, int process) {
  switch (family % 5) {
  case 0:
    return process % 64;
  case 1:
    return 4096.0 * (process + 1) * (family + 1);
  case 2:
    return static_cast<double>(process * 17 + family) / 100;
  case 3:
    return 1.7e9 + process;
  default:
    return static_cast<double>(process + 1) / (processes + family);
  }
}

store::family_spec spec_of(int family) {
  store::family_spec spec;
  spec.kind = family % 5 == 2 ? store::metric_kind::counter : store::metric_kind::gauge;
  spec.name = "reeve_process_measurement_" + std::to_string(family) + "_bytes";
  spec.help = "What family " + std::to_string(family) + " measures of a process.";
  spec.label_keys = {"pid", "name"};
  return spec;
}

struct filled_batch {
  filled_batch() {
    for (int f = 0; f < families; ++f)
      ids.push_back(batch.family(spec_of(f)).value());
    for (int p = 0; p < processes; ++p) {
      const std::string pid = pid_of(p), name = name_of(p);
      const store::label_value labels[] = {{pid, 0}, {name, 0}};
      for (int f = 0; f < families; ++f) {
        series.push_back(batch.series(ids[static_cast<std::size_t>(f)], labels).value());
        values.push_back(value_of(f, p));
      }
    }
  }
  store::snapshot_ptr write() {
    batch.begin();
    for (std::size_t i = 0; i < series.size(); ++i)
      batch.set(series[i], values[i]);
    return batch.commit(nanoseconds{0}, nanoseconds{0}, 0);
  }
  store::batch batch{store::batch_limits{}};
  std::vector<store::family_id> ids;
  std::vector<store::series_id> series;
  std::vector<double> values;
};

void count(benchmark::State& state, double per_iteration) {
  const double total = static_cast<double>(state.iterations()) * per_iteration;
  state.SetItemsProcessed(static_cast<std::int64_t>(total));
  state.counters["per_sample"] =
      benchmark::Counter(total, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void render(benchmark::State& state, exposition::format format) {
  filled_batch data;
  const auto snapshot = data.write();
  std::string chunk;
  std::size_t bytes = 0;
  for (auto _ : state) {
    exposition::renderer renderer({snapshot}, format);
    bytes = 0;
    while (renderer.next(chunk)) {
      benchmark::DoNotOptimize(chunk.data());
      bytes += chunk.size();
      chunk.clear();
    }
  }
  count(state, samples);
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK_CAPTURE(render, text, exposition::format::text);
BENCHMARK_CAPTURE(render, openmetrics, exposition::format::openmetrics);

void render_prometheus_cpp(benchmark::State& state) {
  std::vector<prometheus::MetricFamily> data;
  for (int f = 0; f < families; ++f) {
    const auto spec = spec_of(f);
    const bool counter = spec.kind == store::metric_kind::counter;
    prometheus::MetricFamily family{spec.name + (counter ? "_total" : ""),
                                    spec.help,
                                    counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge,
                                    {}};
    for (int p = 0; p < processes; ++p) {
      prometheus::ClientMetric metric;
      metric.label = {{"pid", pid_of(p)}, {"name", name_of(p)}};
      metric.gauge.value = metric.counter.value = value_of(f, p);
      family.metric.push_back(metric);
    }
    data.push_back(family);
  }
  const prometheus::TextSerializer serializer;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = serializer.Serialize(data);
    benchmark::DoNotOptimize(text.data());
    bytes = text.size();
  }
  count(state, samples);
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(render_prometheus_cpp);

void set_and_commit(benchmark::State& state) {
  filled_batch data;
  auto last = data.write();
  for (auto _ : state)
    last = data.write();
  count(state, samples);
}
BENCHMARK(set_and_commit);

void set_only(benchmark::State& state) {
  filled_batch data;
  for (auto _ : state)
    for (std::size_t i = 0; i < data.series.size(); ++i)
      benchmark::DoNotOptimize(data.batch.set(data.series[i], data.values[i]));
  count(state, samples);
}
BENCHMARK(set_only);

// The same series by labels in every cycle; the argument says whether the caller vouches for repeated labels.
void add_and_commit(benchmark::State& state) {
  filled_batch data;
  const bool vouched = state.range(0) != 0;
  std::vector<std::string> pids, names;
  for (int p = 0; p < processes; ++p) {
    pids.push_back(pid_of(p));
    names.push_back(name_of(p));
  }
  store::snapshot_ptr last;
  for (auto _ : state) {
    data.batch.begin();
    for (std::size_t p = 0; p < processes; ++p) {
      const store::label_value labels[] = {{pids[p], 0}, {names[p], 0}};
      for (std::size_t f = 0; f < families; ++f)
        benchmark::DoNotOptimize(data.batch.add(data.ids[f], labels, 1, vouched && f > 0));
    }
    last = data.batch.commit(nanoseconds{0}, nanoseconds{0}, 0);
  }
  count(state, samples);
}
BENCHMARK(add_and_commit)->Arg(0)->Arg(1);

// A tenth of the processes ends and as many start between two cycles: the layout is made anew.
void churn(benchmark::State& state) {
  filled_batch data;
  auto last = data.write();
  int next_pid = 1'000'000;
  std::size_t from = 0;
  constexpr std::size_t replaced = processes / 10;
  for (auto _ : state) {
    for (std::size_t n = 0; n < replaced; ++n, from = (from + 1) % processes) {
      const std::string pid = std::to_string(next_pid++);
      const store::label_value labels[] = {{pid, 0}, {"worker", 0}};
      for (std::size_t f = 0; f < families; ++f) {
        store::series_id& id = data.series[from * families + f];
        data.batch.drop(id);
        id = data.batch.series(data.ids[f], labels).value();
      }
    }
    last = data.write();
  }
  count(state, samples);
}
BENCHMARK(churn);

void add_over_the_limit(benchmark::State& state) {
  store::batch_limits limits;
  limits.max_series = 40'000;
  store::batch batch(limits);
  store::family_spec spec = spec_of(0);
  const auto family = batch.family(spec).value();
  for (std::uint32_t i = 0; i < limits.max_series; ++i) {
    const std::string pid = std::to_string(i);
    const store::label_value labels[] = {{pid, 0}, {"worker", 0}};
    batch.add(family, labels, 1).value();
  }
  std::vector<std::string> pids;
  for (int i = 0; i < 4096; ++i)
    pids.push_back(std::to_string(1'000'000 + i));
  std::size_t at = 0;
  for (auto _ : state) {
    const store::label_value labels[] = {{pids[at], 0}, {"a name of some length", 0}};
    at = (at + 1) % pids.size();
    benchmark::DoNotOptimize(batch.add(family, labels, 1));
  }
  count(state, 1);
}
BENCHMARK(add_over_the_limit);

} // namespace
