// SPDX-License-Identifier: Apache-2.0
#include "background.hpp"

#include <algorithm>
#include <cmath>

namespace reeve::leaks {

namespace {

// One period for x from 0 to 1, between 0 and 1, trough at 0. Two parabolas: within 0.03 of (1 - cos 2 pi x) / 2.
double wave(double x) {
  x -= std::floor(x);
  const double d = x < 0.5 ? x : 1 - x; // 0 to 0.5 and back
  return d < 0.25 ? 8 * d * d : 1 - 8 * (0.5 - d) * (0.5 - d);
}

// Levels change within a few samples, not at once.
void fill_level(curve& c, std::size_t from, std::size_t to, double before, double level, std::size_t ramp) {
  for (std::size_t i = from; i < to; ++i) {
    const double part =
        i - from >= ramp ? 1 : static_cast<double>(i - from + 1) / static_cast<double>(ramp + 1);
    c[i] += before + (level - before) * part;
  }
}

} // namespace

void add_noise(curve& c, random_source& r, double sigma) {
  const double memory = r.chance(0.5) ? 0 : r.between(0.5, 0.96);
  const double fresh = std::sqrt(1 - memory * memory);
  const double spikes = r.chance(0.25) ? r.between(0.002, 0.02) : 0;
  double state = 0;
  std::size_t spike_left = 0;
  double spike = 0;
  for (double& v : c) {
    state = memory * state + fresh * r.normal();
    if (spike_left > 0) --spike_left;
    if (spikes > 0 && spike_left == 0 && r.chance(spikes)) {
      spike_left = r.index(1, 4);
      spike = r.between(3, 12);
    }
    v += sigma * (state + (spike_left > 0 ? spike : 0));
  }
}

void add_sawtooth(curve& c, random_source& r, double period, double height, bool two_generations) {
  const double irregular = r.between(0, 0.5);
  // A great collection must come a few times in a trace: a floor that rises all the time is no sawtooth.
  if (two_generations) period = std::min(period, static_cast<double>(c.size()) / 40);
  double floor = 0;
  std::size_t minor_left = r.index(4, 15);
  for (std::size_t i = 0; i < c.size();) {
    const double length = std::max(3.0, period * r.between(1 - irregular, 1 + irregular));
    const double peak = height * r.between(1 - irregular, 1 + irregular);
    const std::size_t end = std::min(c.size(), i + static_cast<std::size_t>(length));
    for (std::size_t k = i; k < end; ++k)
      c[k] += floor + peak * static_cast<double>(k - i) / length;
    i = end;
    if (!two_generations) continue;
    floor += peak * r.between(0.05, 0.25);
    if (--minor_left == 0) {
      floor = 0;
      minor_left = r.index(4, 15);
    }
  }
}

void add_steps(curve& c, random_source& r, double height) {
  double before = height * r.uniform();
  for (std::size_t i = 0; i < c.size();) {
    const double level = height * r.uniform();
    const std::size_t end = std::min(c.size(), i + r.index(c.size() / 12, c.size() / 3));
    fill_level(c, i, end, before, level, r.index(0, 12));
    before = level;
    i = end;
  }
}

void add_steps_up_and_down(curve& c, random_source& r, double height) {
  const std::size_t n = c.size();
  std::vector<std::size_t> at{0};
  const std::size_t times = r.index(1, 2);
  for (std::size_t i = 0; i < 2 * times; ++i)
    at.push_back(r.index(n / 10, n - 1));
  std::sort(at.begin(), at.end());
  at.push_back(n);
  double before = 0;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    const double level = i % 2 == 0 ? 0 : height * r.between(0.5, 1);
    fill_level(c, at[i], at[i + 1], before, level, r.index(0, 20));
    before = level;
  }
}

void add_steps_up(curve& c, random_source& r, double height) {
  const std::size_t n = c.size();
  std::vector<std::size_t> at{0};
  const std::size_t times = r.index(2, 4);
  for (std::size_t i = 0; i < times; ++i)
    at.push_back(r.index(n / 10, n - n / 10));
  std::sort(at.begin(), at.end());
  at.push_back(n);
  double before = 0;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    const double level = before + (i == 0 ? 0 : height / static_cast<double>(times) * r.between(0.5, 1.5));
    fill_level(c, at[i], at[i + 1], before, level, r.index(0, 20));
    before = level;
  }
}

void add_cycle(curve& c, random_source& r, double period, double height) {
  const double phase = r.uniform();
  double peak = height;
  double turn = -1;
  for (std::size_t i = 0; i < c.size(); ++i) {
    const double x = phase + static_cast<double>(i) / period;
    if (std::floor(x) != turn) { // at the trough, where the height does not show
      turn = std::floor(x);
      peak = height * r.between(0.75, 1.25);
    }
    c[i] += peak * wave(x);
  }
}

void add_warm_up(curve& c, random_source& r, double height, std::size_t length, std::size_t from) {
  const double shape = r.uniform();
  const double decay = 1 - 3.5 / static_cast<double>(std::max<std::size_t>(length, 4)); // 3 % left at the end
  double left = 1;
  double steps_left = 1;
  std::size_t next_step = from;
  for (std::size_t i = from; i < c.size(); ++i) {
    const std::size_t age = i - from;
    if (shape < 0.6) { // saturating
      c[i] -= height * left;
      left *= decay;
    } else if (shape < 0.8) { // linear, then suddenly full
      c[i] -= age < length ? height * (1 - static_cast<double>(age) / static_cast<double>(length)) : 0;
    } else { // each step takes half of what is left, and comes later
      if (i >= next_step) {
        steps_left = age >= length ? 0 : steps_left * 0.5;
        next_step = i + std::max<std::size_t>(2, (age + length / 8) / 2);
      }
      c[i] -= age >= length ? 0 : height * steps_left;
    }
  }
}

} // namespace reeve::leaks
