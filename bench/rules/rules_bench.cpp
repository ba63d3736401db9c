// SPDX-License-Identifier: Apache-2.0
// What 1,000 rules over 50,000 series cost: 100 families of 500 processes, sampled each 15 s, each rule over one family or
// two. "feed" brings one snapshot of all of them into the memory, "evaluate" evaluates all rules once. Those of "coming and
// going" do it while with each snapshot one process ends and the one that ended before is there again.
#include "reeve/rules/rule.hpp"
#include "reeve/rules/snapshot_feed.hpp"
#include "reeve/store/batch.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace reeve;

constexpr int families = 100;
constexpr int processes = 500;
constexpr int rule_count = 1000;
constexpr std::int64_t step_ms = 15'000;
constexpr int kept_steps = 21; // five minutes of samples

std::string family_name(int family) {
  return "reeve_measurement_" + std::to_string(family) + "_bytes";
}
bool is_counter(int family) {
  return family % 2 == 1;
}

// None of them holds: what is measured is the watching.
std::string expression_of(int rule) {
  const int family = rule % families, gauge = family & ~1, counter = family | 1;
  const std::string g = family_name(gauge), c = family_name(counter) + "_total";
  switch (rule / families) {
  case 0:
  case 1:
  case 2:
    return g + " > 1e12";
  case 3:
    return g + "{name=\"worker-3\"} > 1e12";
  case 4:
  case 5:
    return "rate(" + c + "[5m]) > 1e9";
  case 6:
    return "sum by (name) (" + g + ") > 1e15";
  case 7:
    return g + " > 1e12 and on (pid, name) " + c + " > 0";
  case 8:
    return g + " > 1e12 unless on (pid, name) " + c + " > 1e15";
  default:
    return rule % 10 == 0 ? "predict_linear(" + g + "[5m], 3600) > 1e15"
                          : "max_over_time(" + g + "[5m]) > 1e12";
  }
}

std::vector<rules::rule> made_rules() {
  std::vector<rules::rule> out;
  for (int i = 0; i < rule_count; ++i) {
    rules::rule r;
    r.name = "rule-" + std::to_string(i);
    r.text = expression_of(i);
    auto parsed = rules::parse_expression(r.text);
    if (!parsed) {
      std::cerr << r.text << ": " << rules::describe(parsed.error(), r.text) << '\n';
      std::exit(1);
    }
    r.expression = *std::move(parsed);
    out.push_back(std::move(r));
  }
  return out;
}

class machine {
 public:
  machine() : rules(made_rules(), memory), feed_(memory) {
    for (int f = 0; f < families; ++f) {
      store::family_spec spec;
      spec.kind = is_counter(f) ? store::metric_kind::counter : store::metric_kind::gauge;
      spec.name = family_name(f);
      spec.label_keys = {"pid", "name"};
      const auto family = batch_.family(spec).value();
      for (int p = 0; p < processes; ++p) {
        const std::string pid = std::to_string(1000 + p * 7), name = "worker-" + std::to_string(p % 37);
        const store::label_value labels[] = {{pid, 0}, {name, 0}};
        series_.push_back(batch_.series(family, labels).value());
      }
    }
    for (int i = 0; i < kept_steps; ++i)
      tick();
    evaluate();
    evaluate();
  }

  store::snapshot_ptr sample(bool come_and_go = false) {
    now_ms_ += step_ms;
    batch_.begin();
    const std::size_t gone = static_cast<std::size_t>(now_ms_ / step_ms) % processes;
    for (std::size_t i = 0; i < series_.size(); ++i)
      if (!come_and_go || i % processes != gone)
        batch_.set(series_[i], static_cast<double>(now_ms_ / 1000 % 100'000 + static_cast<std::int64_t>(i)));
    return batch_.commit(nanoseconds{0}, std::chrono::milliseconds(now_ms_),
                         static_cast<std::uint64_t>(now_ms_));
  }
  void feed(store::snapshot_ptr snapshot) {
    const store::board::entry all[] = {{"machine", std::move(snapshot)}};
    feed_.take(all, now_ms_);
  }
  void tick(bool come_and_go = false) { feed(sample(come_and_go)); }
  std::size_t evaluate() { return rules.evaluate(now_ms_).size(); }
  std::int64_t now_ms() const { return now_ms_; }

  rules::series_memory memory;
  rules::rule_set rules;

 private:
  rules::snapshot_feed feed_;
  store::batch batch_{store::batch_limits{}};
  std::vector<store::series_id> series_;
  std::int64_t now_ms_ = 1'700'000'000'000;
};

void feed(benchmark::State& state) {
  machine m;
  for (auto _ : state) {
    state.PauseTiming();
    store::snapshot_ptr next = m.sample(state.range(0) != 0);
    state.ResumeTiming();
    m.feed(std::move(next));
  }
  const rules::memory_use use = m.memory.use();
  state.counters["series"] = static_cast<double>(use.series);
  state.counters["samples_per_series"] = static_cast<double>(use.points) / static_cast<double>(use.series);
  state.counters["bytes_per_series"] = static_cast<double>(use.bytes) / static_cast<double>(use.series);
}
BENCHMARK(feed)->ArgName("coming and going")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void evaluate(benchmark::State& state) {
  machine m;
  for (auto _ : state) {
    state.PauseTiming();
    m.tick(state.range(0) != 0);
    state.ResumeTiming();
    if (m.evaluate() != 0) state.SkipWithError("a rule fires");
  }
  for (std::size_t i = 0; i < m.rules.size(); ++i)
    if (!m.rules.report(i).problem.empty()) state.SkipWithError(m.rules.report(i).problem.c_str());
}
BENCHMARK(evaluate)->ArgName("coming and going")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void evaluate_kind(benchmark::State& state) {
  machine m;
  rules::series_memory& memory = m.memory;
  const auto which = static_cast<int>(state.range(0));
  std::vector<rules::rule> some;
  for (rules::rule& r : made_rules())
    if (std::stoi(r.name.substr(5)) / families == which) some.push_back(std::move(r));
  state.SetLabel(some.front().text);
  rules::rule_set set(std::move(some), memory);
  std::int64_t now_ms = m.now_ms();
  for (auto _ : state)
    benchmark::DoNotOptimize(set.evaluate(now_ms));
}
BENCHMARK(evaluate_kind)->DenseRange(0, 9)->Unit(benchmark::kMillisecond);

} // namespace
