// SPDX-License-Identifier: Apache-2.0
#include "trace.hpp"

#include "background.hpp"
#include "leak_growth.hpp"
#include "random.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace reeve::leaks {

namespace {

// A trace in the making.
struct sketch {
  curve healthy;                      // 1 = the usual level
  curve leak;                         // not scaled yet; empty: none
  std::vector<std::size_t> restarts;  // the first sample of each further life
  std::vector<std::size_t> warm_from; // of each life: the first sample after the warm-up
  double strength = 1;                // of the leak, see scale_leak
};

std::size_t part(std::size_t n, double p) {
  return static_cast<std::size_t>(static_cast<double>(n) * p);
}

sketch quiet(std::size_t n, random_source& r) {
  sketch s{curve(n, 1), {}, {}, {0}, 1};
  if (!r.chance(0.08)) add_noise(s.healthy, r, r.skewed(0.001, 0.08)); // else it stands still
  return s;
}

void short_warm_up(sketch& s, random_source& r) {
  if (!r.chance(0.6)) return;
  const std::size_t length = r.index(4, std::max<std::size_t>(5, s.healthy.size() / 12));
  add_warm_up(s.healthy, r, r.between(0.1, 0.7), length);
  s.warm_from[0] = length;
}

// What is healthy.

sketch noise(std::size_t n, random_source& r) {
  sketch s = quiet(n, r);
  short_warm_up(s, r);
  return s;
}

sketch sawtooth(std::size_t n, random_source& r) {
  sketch s = noise(n, r);
  const double period = r.skewed(6, std::min(250.0, static_cast<double>(n) / 5));
  add_sawtooth(s.healthy, r, period, r.between(0.1, 1.5), r.chance(0.35));
  return s;
}

sketch settling_floor(std::size_t n, random_source& r) {
  sketch s = quiet(n, r);
  add_sawtooth(s.healthy, r, r.skewed(6, std::min(120.0, static_cast<double>(n) / 8)), r.between(0.1, 1),
               false);
  s.warm_from[0] = r.index(part(n, 0.1), part(n, 0.45));
  add_warm_up(s.healthy, r, r.between(0.1, 0.6), s.warm_from[0]);
  return s;
}

sketch steps(std::size_t n, random_source& r) {
  sketch s = noise(n, r);
  add_steps(s.healthy, r, r.between(0.1, 1.5));
  return s;
}

sketch steps_up_and_down(std::size_t n, random_source& r) {
  sketch s = noise(n, r);
  add_steps_up_and_down(s.healthy, r, r.between(0.1, 1.5));
  return s;
}

sketch steps_up(std::size_t n, random_source& r) {
  sketch s = noise(n, r);
  add_steps_up(s.healthy, r, r.between(0.1, 1.2));
  return s;
}

sketch daily(std::size_t n, random_source& r) {
  sketch s = noise(n, r);
  add_cycle(s.healthy, r, static_cast<double>(n) / r.between(1.3, 8), r.between(0.05, 0.6));
  if (r.chance(0.3))
    add_sawtooth(s.healthy, r, r.between(6, static_cast<double>(n) / 20), r.between(0.05, 0.4), false);
  return s;
}

sketch long_warm_up(std::size_t n, random_source& r) {
  sketch s = quiet(n, r);
  s.warm_from[0] = r.index(part(n, 0.15), part(n, 0.55));
  add_warm_up(s.healthy, r, r.between(0.2, 0.8), s.warm_from[0]);
  return s;
}

sketch restarts(std::size_t n, random_source& r) {
  sketch s = quiet(n, r);
  const std::size_t lives = r.index(2, 4);
  s.warm_from.clear();
  std::size_t from = 0;
  for (std::size_t life = 0; life < lives; ++life) {
    const std::size_t length = r.index(4, std::max<std::size_t>(6, n / 16));
    curve one(n - from, 0);
    add_warm_up(one, r, r.between(0.3, 0.7), length);
    const std::size_t end =
        life + 1 == lives ? n : from + part((n - from) / (lives - life), r.between(0.7, 1.2));
    for (std::size_t i = from; i < end; ++i)
      s.healthy[i] += one[i - from];
    if (life > 0) s.restarts.push_back(from);
    s.warm_from.push_back(std::min(end, from + length));
    from = end;
  }
  return s;
}

// What leaks.

sketch slow_leak(std::size_t n, random_source& r) {
  sketch s = noise(n, r);
  s.leak = steady_leak(n, r, 0);
  return s;
}

sketch plain_leak(std::size_t n, random_source& r) {
  sketch s = slow_leak(n, r);
  s.strength = r.between(1.5, 6);
  return s;
}

sketch with_leak(sketch s, random_source& r) {
  s.leak = steady_leak(s.healthy.size(), r, 0);
  s.strength = r.between(1, 4);
  return s;
}

sketch bursts(std::size_t n, random_source& r) {
  sketch s = noise(n, r);
  s.leak = burst_leak(n, r, 0);
  s.strength = r.between(1, 4);
  return s;
}

sketch partly_released(std::size_t n, random_source& r) {
  sketch s = noise(n, r);
  s.leak = partly_released_leak(n, r, 0);
  s.strength = r.between(1.5, 5);
  return s;
}

sketch midway(std::size_t n, random_source& r) {
  sketch s = r.chance(0.5) ? noise(n, r) : sawtooth(n, r);
  s.leak = steady_leak(n, r, part(n, r.between(0.2, 0.6)));
  s.strength = r.between(1.5, 5);
  return s;
}

sketch across_restarts(std::size_t n, random_source& r) {
  sketch s = restarts(n, r);
  s.leak = steady_leak(n, r, 0);
  double given_back = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (next < s.restarts.size() && i == s.restarts[next]) {
      given_back = s.leak[i];
      ++next;
    }
    s.leak[i] -= given_back;
  }
  s.strength = r.between(1.5, 5);
  return s;
}

using maker = sketch (*)(std::size_t, random_source&);
struct family {
  const char* name;
  maker make;
};

constexpr family healthy_families[] = {{"noise", noise},
                                       {"sawtooth", sawtooth},
                                       {"settling floor", settling_floor},
                                       {"load steps", steps},
                                       {"steps up and down", steps_up_and_down},
                                       {"steps up", steps_up},
                                       {"daily cycle", daily},
                                       {"long warm-up", long_warm_up},
                                       {"restarts", restarts}};

constexpr family leaking_families[] = {
    {"slow leak", slow_leak},
    {"plain leak", plain_leak},
    {"leak below sawtooth", [](std::size_t n, random_source& r) { return with_leak(sawtooth(n, r), r); }},
    {"leak below steps", [](std::size_t n, random_source& r) { return with_leak(steps(n, r), r); }},
    {"leak below up and down",
     [](std::size_t n, random_source& r) { return with_leak(steps_up_and_down(n, r), r); }},
    {"leak below daily cycle", [](std::size_t n, random_source& r) { return with_leak(daily(n, r), r); }},
    {"leak after warm-up", [](std::size_t n, random_source& r) { return with_leak(long_warm_up(n, r), r); }},
    {"burst leak", bursts},
    {"partly released leak", partly_released},
    {"midway leak", midway},
    {"leak across restarts", across_restarts}};

// The variation of the healthy part, warm-ups left out.
double variation(const sketch& s) {
  curve settled;
  for (std::size_t life = 0; life < s.warm_from.size(); ++life) {
    const std::size_t end = life < s.restarts.size() ? s.restarts[life] : s.healthy.size();
    for (std::size_t i = s.warm_from[life]; i < end; ++i)
      settled.push_back(s.healthy[i]);
  }
  std::sort(settled.begin(), settled.end());
  return settled[settled.size() * 95 / 100] - settled[settled.size() * 5 / 100];
}

// The leak reaches what is evidence somewhere between 2/5 and 4/5 of the time it has; `strength` makes it come sooner.
void scale_leak(sketch& s, random_source& r, double needed) {
  const auto began = static_cast<std::size_t>(
      std::find_if(s.leak.begin(), s.leak.end(), [](double v) { return v > 0; }) - s.leak.begin());
  const std::size_t at = began + part(s.leak.size() - began, r.between(0.4, 0.8));
  double reached = 0; // by the longest life, when there are several
  for (std::size_t i = 0; i <= std::min(at, s.leak.size() - 1); ++i)
    reached = std::max(reached, s.leak[i]);
  const double factor = reached > 0 ? needed * s.strength / reached : 0;
  for (double& v : s.leak)
    v *= factor;
}

struct clock_times {
  std::vector<double> at;
  std::vector<bool> missed;
};

clock_times read_times(std::size_t n, random_source& r) {
  constexpr double intervals[] = {1, 2, 5, 10, 15, 30, 60};
  const double interval = intervals[r.index(0, 6)];
  const double jitter = r.chance(0.3) ? 0 : r.between(0.01, 0.2);
  clock_times out{{}, std::vector<bool>(n, false)};
  for (std::size_t i = 0; i < n; ++i)
    out.at.push_back(interval * (static_cast<double>(i) + jitter * (i == 0 ? 0.5 : r.uniform())));
  if (r.chance(0.4))
    for (std::size_t gap = r.index(1, 3); gap > 0; --gap) {
      const std::size_t from = r.index(n / 10, n - 1);
      const std::size_t length = r.index(2, n / 20);
      for (std::size_t i = from; i < std::min(n, from + length); ++i)
        out.missed[i] = true;
    }
  if (r.chance(0.3))
    for (std::size_t i = 1; i < n; ++i)
      if (r.chance(0.01)) out.missed[i] = true;
  return out;
}

trace make(const family& f, bool leaks, random_source& r) {
  trace t;
  t.family = f.name;
  t.leak = leaks;
  t.of = static_cast<resource>(r.index(0, 2));
  const double unit = t.of == resource::memory ? 4096 : 1;
  const double level = t.of == resource::handles   ? std::floor(r.skewed(12, 3000))
                       : t.of == resource::threads ? std::floor(r.skewed(6, 400))
                                                   : std::floor(r.skewed(2000, 600'000)) * unit;
  const std::size_t n = r.index(170, 3000);
  sketch s = f.make(n, r);
  const double needed = std::max({1.5 * variation(s), 3 * unit / level, 0.03});
  if (leaks) scale_leak(s, r, needed);
  const clock_times times = read_times(n, r);
  double highest = 0;
  bool begun = false;
  std::size_t evidence = n;
  for (std::size_t i = 0; i < n; ++i) {
    if (times.missed[i]) continue;
    const double leaked = leaks ? s.leak[i] : 0;
    const double value = std::max(1.0, std::floor((s.healthy[i] + leaked) * level / unit + 0.5)) * unit;
    if (leaked > 0 && !begun) {
      begun = true;
      t.leak_from = t.readings.size();
    }
    if (leaks && evidence == n && leaked > needed) evidence = t.readings.size();
    highest = std::max(highest, s.healthy[i] * level);
    t.readings.push_back({times.at[i] - times.at[0], value});
  }
  t.evidence = std::min(evidence, t.readings.size());
  t.limit = std::floor(highest * r.skewed(1.05, 6) / unit) * unit; // many run not far below it all their life
  return t;
}

} // namespace

std::vector<trace> make_traces(std::uint64_t seed) {
  random_source r(seed);
  std::vector<trace> out;
  for (std::size_t i = 0; i < traces_per_seed / 2; ++i) {
    out.push_back(make(healthy_families[i % std::size(healthy_families)], false, r));
    out.push_back(make(leaking_families[i % std::size(leaking_families)], true, r));
  }
  return out;
}

} // namespace reeve::leaks
