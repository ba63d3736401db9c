// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/promql/made_samples.hpp"

#include "reeve/base/strings.hpp"

#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <string_view>

namespace reeve::test {

namespace {

constexpr std::int64_t step = 15;

class samples_text {
 public:
  // A sample each 15 s where `value`, asked for its place from 0 on, gives one, and `late_ms` after the full seconds.
  void add(std::string_view series, const std::function<std::optional<double>(int)>& value,
           std::int64_t late_ms = 0) {
    for (int i = 0; samples_begin + i * step <= samples_end; ++i) {
      const auto v = value(i);
      if (!v) continue;
      char number[64];
      std::snprintf(number, sizeof number, "%.17g", *v);
      const std::int64_t ms = (samples_begin + i * step) * 1000 + late_ms;
      char time[32];
      std::snprintf(time, sizeof time, "%lld.%03lld", static_cast<long long>(ms / 1000),
                    static_cast<long long>(ms % 1000));
      std::string_view written = number;
      if (written == "inf") written = "+Inf";
      if (written == "-inf") written = "-Inf";
      if (written.ends_with("nan")) written = "NaN";
      text_ += cat(series, " ", written, " ", time, "\n");
    }
  }
  std::string take() { return std::move(text_) + "# EOF\n"; }

 private:
  std::string text_;
};

} // namespace

std::string made_samples() {
  samples_text out;
  std::mt19937 random(7);
  const auto chance = [&] { return static_cast<double>(random() % 10'000) / 10'000; };
  constexpr double none = std::numeric_limits<double>::quiet_NaN(),
                   endless = std::numeric_limits<double>::infinity();
  const int last = static_cast<int>((samples_end - samples_begin) / step);

  // Counters: steady, of another speed, begun again twice, from a high value on, with gaps, and off the grid.
  for (const char* instance : {"a", "b", "c"})
    for (const char* job : {"web", "db"}) {
      double v = *instance * 10.0;
      const double speed = (*instance - 'a' + 1) * (*job == 'w' ? 1.5 : 40);
      out.add(
          cat("requests_total{instance=\"", instance, "\",job=\"", job, "\"}"),
          [&](int) { return v += speed * (0.5 + chance()); }, *job == 'w' ? 0 : 123);
    }
  out.add("restarts_total{name=\"worn\"}", [](int i) { return i % 100 * 3.0 + (i < 100 ? 1000 : 0); });
  out.add("restarts_total{name=\"odd\"}", [](int i) { return i % 7 == 0 ? 0.5 : i * 1.25; });
  out.add("holes_total{name=\"often\"}",
          [&](int i) { return chance() < 0.4 ? std::optional<double>() : i * 2.0; });
  out.add("holes_total{name=\"one\"}",
          [&](int i) { return i == last - 3 ? std::optional(5.0) : std::nullopt; });
  out.add("holes_total{name=\"two\"}",
          [&](int i) { return i == last - 3 || i == last - 8 ? std::optional(i * 1.0) : std::nullopt; });
  out.add("unsure_total{name=\"middle\"}", [&](int i) { return i == last - 4 ? none : i * 3.0; });
  out.add("unsure_total{name=\"end\"}", [&](int i) { return i == last ? none : i * 3.0; });
  out.add("unsure_total{name=\"infinite\"}", [&](int i) { return i > last - 6 ? endless : i * 3.0; });

  // Gauges of two levels that share labels, one lacking a partner and one with a label more.
  for (const char* device : {"sda", "sdb", "sdc", "nvme0"}) {
    double v = 50;
    out.add(cat("used_bytes{device=\"", device, "\",mode=\"rw\"}"),
            [&](int) { return v += chance() * 20 - 10; });
    if (std::string_view(device) != "sdc")
      out.add(cat("size_bytes{device=\"", device, "\",mode=\"rw\"}"), [](int) { return 100.0; });
  }
  out.add("size_bytes{device=\"sdz\",mode=\"ro\"}", [](int) { return 7.0; });
  out.add("threshold{mode=\"rw\"}", [](int) { return 49.5; });
  out.add("threshold{mode=\"ro\"}", [](int) { return 3.0; });
  out.add("limit_bytes", [](int) { return 55.0; });

  // Values that are hard to count with. None below 2^-1022: Go's logarithm of those is wrong on x86-64.
  int which = 0;
  for (const double v :
       {0.0, -0.0, 1.0, -2.5, 2.5, 0.1, 1e308, -1e308, 1e-300, endless, -endless, none, 123456789.987654321})
    out.add(cat("odd_value{case=\"", which++, "\"}"), [v](int) { return v; });
  out.add("waves{name=\"slow\"}", [](int i) { return 10 * std::sin(i / 20.0); });
  out.add("waves{name=\"fast\"}", [](int i) { return 3 * std::sin(i * 1.1) + 100; });
  out.add("waves{name=\"level\"}", [](int) { return 4.25; });
  out.add(
      "waves{name=\"line\"}", [](int i) { return i * 0.5 - 30; }, 7);
  out.add("mixed{name=\"numbers and none\"}", [](int i) { return i % 3 == 0 ? none : i * 1.0; });
  out.add("mixed{name=\"both infinities\"}", [](int i) { return i % 2 == 0 ? endless : -endless; });
  out.add("mixed{name=\"large\"}", [](int i) { return i % 2 == 0 ? 1e308 : 1e307; });
  out.add("mixed{name=\"tiny beside large\"}", [](int i) {
    return i % 2 == 0 ? 1e16 : i % 4 == 1 ? -1e16 : 1.0;
  });

  // Series that end: just seen still, just not any more, long ago, and one that comes late.
  out.add("ending{when=\"300 s before\"}",
          [&](int i) { return i <= last - 20 ? std::optional(1.0) : std::nullopt; });
  out.add("ending{when=\"315 s before\"}",
          [&](int i) { return i <= last - 21 ? std::optional(2.0) : std::nullopt; });
  out.add(
      "ending{when=\"300.001 s before\"}",
      [&](int i) { return i <= last - 21 ? std::optional(3.0) : std::nullopt; }, 14'999);
  out.add("ending{when=\"long ago\"}", [&](int i) { return i < 10 ? std::optional(4.0) : std::nullopt; });
  out.add("ending{when=\"has just begun\"}",
          [&](int i) { return i == last ? std::optional(5.0) : std::nullopt; });

  // Labels and names at the edge of what they may be.
  out.add("plain", [](int i) { return i * 1.0; });
  out.add("with:colon:rate5m{a=\"b\"}", [](int i) { return i * 2.0; });
  out.add("sum{by=\"name\"}", [](int) { return 1.0; });
  out.add("rate{on=\"name\"}", [](int) { return 2.0; });
  out.add("offset", [](int) { return 3.0; });
  out.add("labels{text=\"\\\"quoted\\\"\"}", [](int) { return 1.0; });
  out.add("labels{text=\"back\\\\slash\"}", [](int) { return 2.0; });
  out.add("labels{text=\"two\\nlines\"}", [](int) { return 3.0; });
  out.add("labels{text=\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x9A\x80\"}", [](int) { return 4.0; });
  out.add("labels{text=\"a.b\"}", [](int) { return 5.0; });
  out.add("labels{text=\"axb\"}", [](int) { return 6.0; });
  out.add("labels{other=\"\",text=\"an empty one beside it\"}", [](int) { return 7.0; });
  out.add("labels{and=\"a word\",bool=\"another\"}", [](int) { return 8.0; });
  out.add("left{x=\"1\",y=\"1\"}", [](int) { return 10.0; });
  out.add("left{x=\"1\",y=\"2\"}", [](int) { return 20.0; });
  out.add("left{x=\"2\",y=\"1\"}", [](int) { return 30.0; });
  out.add("right{x=\"1\"}", [](int) { return 15.0; });
  out.add("right{x=\"2\"}", [](int) { return 25.0; });
  out.add("right{x=\"3\"}", [](int) { return 35.0; });
  out.add("same_a{x=\"1\"}", [](int) { return 1.0; });
  out.add("same_b{x=\"1\"}", [](int) { return 2.0; });
  return out.take();
}

} // namespace reeve::test
