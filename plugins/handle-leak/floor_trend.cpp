// SPDX-License-Identifier: Apache-2.0
#include "floor_trend.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace reeve::handle_leak {

namespace {

constexpr double nothing = std::numeric_limits<double>::infinity();
constexpr double rounding =
    0.29; // standard deviation of what is lost by counting in whole things: 1 / sqrt(12)
constexpr int parts = 12;
constexpr int fine_parts = 24;
constexpr int stairs = 4;

// Floors, nothing where a part has no reading.
template <int N>
using floors = std::array<double, N>;

template <int N>
int part_of(const series_blocks& b, std::size_t i, double begin, double seconds) noexcept {
  return std::min(N - 1, static_cast<int>((b.middle_of(i) - begin) / seconds * N));
}

struct line {
  int points = 0;
  double slope = 0, mean_x = 0, mean_y = 0;
  double at(double x) const noexcept { return mean_y + slope * (x - mean_x); }
};

line fit(const double* floor, int from, int to) noexcept {
  line l;
  double x = 0, y = 0, xx = 0, xy = 0;
  for (int p = from; p < to; ++p) {
    if (floor[p] == nothing) continue;
    ++l.points;
    x += p;
    y += floor[p];
    xx += static_cast<double>(p) * p;
    xy += p * floor[p];
  }
  if (l.points < 3) return {};
  l.mean_x = x / l.points;
  l.mean_y = y / l.points;
  l.slope = (l.points * xy - x * y) / (l.points * xx - x * x);
  return l;
}

double squares_from(const line& l, const double* floor, int from, int to) noexcept {
  double sum = 0;
  for (int p = from; p < to; ++p)
    if (floor[p] != nothing) sum += (floor[p] - l.at(p)) * (floor[p] - l.at(p));
  return sum;
}

void measure_curvature(floor_trend& t, const floors<parts>& floor) noexcept {
  constexpr int half = parts / 2;
  const line early = fit(floor.data(), 0, half), late = fit(floor.data(), half, parts);
  const double mean = (early.slope + late.slope) / 2;
  if (early.points == 0 || late.points == 0 || !(mean > 0)) return;
  const double squares =
      squares_from(early, floor.data(), 0, half) + squares_from(late, floor.data(), half, parts);
  const double residual =
      std::max(rounding, std::sqrt(squares / std::max(1, early.points + late.points - 4)));
  constexpr double spread = 4.18; // root of the sum of squared distances of six neighbours from their middle
  t.curvature = (late.slope - early.slope) / mean;
  t.curvature_error = std::sqrt(2.0) * residual / spread / mean;
}

// What was kept: the least of a floor and all later ones. Only this can have leaked.
void measure_steps(floor_trend& t, const floors<parts>& floor) noexcept {
  floors<parts> kept{};
  double least = nothing;
  for (int p = parts - 1; p >= 0; --p)
    kept[static_cast<std::size_t>(p)] = least = std::min(least, floor[static_cast<std::size_t>(p)]);
  t.first = kept.front();
  t.last = kept.back();
  t.rise = t.last - t.first;
  if (!(t.rise > 0) || t.rise == nothing) {
    t.rise = 0;
    return;
  }
  const double mean = t.rise / (parts - 1);
  t.steadiness = nothing;
  for (std::size_t p = 0; p + 1 < parts; p += 3) {
    const std::size_t end = std::min<std::size_t>(p + 3, parts - 1);
    t.steadiness = std::min(t.steadiness, (kept[end] - kept[p]) / static_cast<double>(end - p) / mean);
  }
  for (std::size_t p = 1; p < parts; ++p)
    t.greatest_step = std::max(t.greatest_step, (kept[p] - kept[p - 1]) / mean);
}

} // namespace

floor_trend measure_floor(const series_blocks& b, std::size_t first) noexcept {
  floor_trend t;
  const double begin = b.begin_of(first), seconds = b.end() - begin;
  if (!(seconds > 0)) return t;
  floors<parts> floor, top;
  floor.fill(nothing);
  top.fill(-nothing);
  double readings = 0;
  for (std::size_t i = first; i < b.size(); ++i) {
    const auto p = static_cast<std::size_t>(part_of<parts>(b, i, begin, seconds));
    floor[p] = std::min<double>(floor[p], b[i].least);
    top[p] = std::max<double>(top[p], b[i].most);
    readings += b[i].readings;
  }
  const line all = fit(floor.data(), 0, parts);
  if (all.points < 9 || !(all.slope > 0)) return t;
  measure_steps(t, floor);
  if (!(t.rise > 0)) return t;
  measure_curvature(t, floor);
  t.residual = std::max(rounding, std::sqrt(squares_from(all, floor.data(), 0, parts) / (all.points - 2)));
  t.straightness = all.slope * (parts - 1) / t.residual;
  t.slope = all.slope * parts / seconds;
  t.seconds = seconds;
  t.readings = readings;
  std::array<double, parts> ranges{};
  std::size_t n = 0;
  for (std::size_t p = 0; p < parts; ++p)
    if (floor[p] != nothing) ranges[n++] = std::max(0.0, top[p] - floor[p] - all.slope);
  std::sort(ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(n));
  t.range = ranges[n / 2];
  return t;
}

double line_over_staircase(const series_blocks& b, std::size_t first) noexcept {
  const double begin = b.begin_of(first), seconds = b.end() - begin;
  floors<fine_parts> floor;
  floor.fill(nothing);
  for (std::size_t i = first; i < b.size(); ++i) {
    const auto p = static_cast<std::size_t>(part_of<fine_parts>(b, i, begin, seconds));
    floor[p] = std::min<double>(floor[p], b[i].least);
  }
  const line all = fit(floor.data(), 0, fine_parts);
  if (all.points < parts) return nothing;
  // Sums up to each floor, so that the squares of any run of them from its own mean are had at once.
  std::array<double, fine_parts + 1> sum{}, square{}, best{};
  int n = 0;
  for (const double f : floor) {
    if (f == nothing) continue;
    const auto i = static_cast<std::size_t>(n++);
    sum[i + 1] = sum[i] + (f - all.mean_y);
    square[i + 1] = square[i] + (f - all.mean_y) * (f - all.mean_y);
  }
  const auto one_level = [&](int from, int to) {
    const auto i = static_cast<std::size_t>(from), k = static_cast<std::size_t>(to);
    const double s = sum[k] - sum[i];
    return square[k] - square[i] - s * s / (to - from);
  };
  for (int k = 1; k <= n; ++k)
    best[static_cast<std::size_t>(k)] = one_level(0, k);
  for (int levels = 2; levels <= stairs; ++levels)
    for (int k = n; k >= levels; --k)
      for (int i = levels - 1; i < k; ++i)
        best[static_cast<std::size_t>(k)] =
            std::min(best[static_cast<std::size_t>(k)], best[static_cast<std::size_t>(i)] + one_level(i, k));
  const double of_line = squares_from(all, floor.data(), 0, fine_parts) / (n - 2);
  const double of_stairs = best[static_cast<std::size_t>(n)] / (n - 2 * stairs + 1);
  constexpr double tiny = 0.02; // nothing divides nothing when neither leaves a residual
  return of_stairs / (of_line + tiny);
}

past_floors floors_before(const series_blocks& b, std::size_t first, double seconds) noexcept {
  past_floors out;
  double floor = nothing, from = b.begin_of(0);
  for (std::size_t i = 0; i < first; ++i) {
    floor = std::min<double>(floor, b[i].least);
    const bool last = i + 1 == first && out.seconds == 0;
    if (b[i].end - from < seconds && !last) continue;
    if (out.seconds == 0) out.most = out.least = floor;
    out.most = std::max(out.most, floor);
    out.least = std::min(out.least, floor);
    out.seconds += b[i].end - from;
    floor = nothing;
    from = b[i].end;
  }
  return out;
}

} // namespace reeve::handle_leak
