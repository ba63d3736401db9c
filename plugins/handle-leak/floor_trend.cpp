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

template <int N>
line fit(const floors<N>& floor) noexcept {
  line l;
  double x = 0, y = 0, xx = 0, xy = 0;
  for (int p = 0; p < N; ++p) {
    const double f = floor[static_cast<std::size_t>(p)];
    if (f == nothing) continue;
    ++l.points;
    x += p;
    y += f;
    xx += static_cast<double>(p) * p;
    xy += p * f;
  }
  if (l.points < 3) return {};
  l.mean_x = x / l.points;
  l.mean_y = y / l.points;
  l.slope = (l.points * xy - x * y) / (l.points * xx - x * x);
  return l;
}

template <int N>
double squares_from(const line& l, const floors<N>& floor) noexcept {
  double sum = 0;
  for (int p = 0; p < N; ++p) {
    const double f = floor[static_cast<std::size_t>(p)];
    if (f != nothing) sum += (f - l.at(p)) * (f - l.at(p));
  }
  return sum;
}

// The polynomials of second and third order that are orthogonal on equally spaced parts, with the sums of their squares.
struct shapes {
  floors<parts> line{}, parabola{}, cubic{};
  double line_squares = 0, parabola_squares = 0, cubic_squares = 0;
};

constexpr shapes make_shapes() noexcept {
  shapes s;
  double fourth = 0;
  for (std::size_t p = 0; p < parts; ++p) {
    const double x = static_cast<double>(p) - (parts - 1) / 2.0;
    s.line[p] = x;
    s.line_squares += x * x;
    fourth += x * x * x * x;
  }
  for (std::size_t p = 0; p < parts; ++p) {
    const double x = s.line[p];
    s.parabola[p] = x * x - s.line_squares / parts;
    s.cubic[p] = x * x * x - x * fourth / s.line_squares;
    s.parabola_squares += s.parabola[p] * s.parabola[p];
    s.cubic_squares += s.cubic[p] * s.cubic[p];
  }
  return s;
}

// A part without a reading has the floor of the one before.
void fill_gaps(floors<parts>& floor) noexcept {
  const auto first = std::find_if(floor.begin(), floor.end(), [](double f) { return f != nothing; });
  double latest = first == floor.end() ? 0 : *first;
  for (double& f : floor)
    latest = f = f == nothing ? latest : f;
}

void measure_shape(floor_trend& t, floors<parts> floor) noexcept {
  static constexpr shapes s = make_shapes();
  fill_gaps(floor);
  double mean = 0, slope = 0, square = 0, cube = 0;
  for (std::size_t p = 0; p < parts; ++p) {
    mean += floor[p] / parts;
    slope += floor[p] * s.line[p] / s.line_squares;
    square += floor[p] * s.parabola[p] / s.parabola_squares;
    cube += floor[p] * s.cubic[p] / s.cubic_squares;
  }
  if (!(slope > 0)) return;
  double of_parabola = 0, of_cubic = 0; // squares of what is left of the floors
  for (std::size_t p = 0; p < parts; ++p) {
    const double left = floor[p] - mean - slope * s.line[p] - square * s.parabola[p];
    of_parabola += left * left;
    const double less = left - cube * s.cubic[p];
    of_cubic += less * less;
  }
  // The slope of a parabola a x^2 differs by 2 a (parts / 2) between the middles of the halves.
  t.curvature = square * parts / slope;
  t.curvature_error = std::max(rounding, std::sqrt(of_parabola / (parts - 3))) /
                      std::sqrt(s.parabola_squares) * parts / slope;
  // At the last part, by what the line rises; an exact fit is no certainty.
  constexpr double least_error = 0.003;
  const double by_rise = s.cubic.back() / (slope * (parts - 1));
  const double error =
      std::max(rounding, std::sqrt(of_cubic / (parts - 4))) / std::sqrt(s.cubic_squares) * by_rise;
  t.bend = cube * by_rise / (error + least_error);
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
  const line all = fit<parts>(floor);
  if (all.points < 9 || !(all.slope > 0)) return t;
  measure_steps(t, floor);
  if (!(t.rise > 0)) return t;
  measure_shape(t, floor);
  t.residual = std::max(rounding, std::sqrt(squares_from<parts>(all, floor) / (all.points - 2)));
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
  const line all = fit<fine_parts>(floor);
  if (all.points < parts) return nothing;
  // Sums up to each floor, so that the squares of any run of them from its own mean are had at once.
  std::array<double, fine_parts + 1> sum{}, square{};
  std::size_t n = 0;
  for (const double f : floor) {
    if (f == nothing) continue;
    const double d = f - all.mean_y;
    sum[n + 1] = sum[n] + d;
    square[n + 1] = square[n] + d * d;
    ++n;
  }
  static constexpr auto inverse = [] {
    std::array<double, fine_parts + 1> out{};
    for (std::size_t i = 1; i <= fine_parts; ++i)
      out[i] = 1.0 / static_cast<double>(i);
    return out;
  }();
  const auto squares_of_level = [&](std::size_t from, std::size_t to) {
    const double s = sum[to] - sum[from];
    return square[to] - square[from] - s * s * inverse[to - from];
  };
  // The least squares of the first `to` floors in so many levels: the last level begins somewhere. Two levels and three
  // are wanted for every beginning, four for all floors alone.
  std::array<double, fine_parts + 1> one{}, two{}, three{};
  double of_four = nothing;
  for (std::size_t to = 1; to <= n; ++to) {
    one[to] = squares_of_level(0, to);
    two[to] = three[to] = nothing;
    for (std::size_t from = 1; from < to; ++from) {
      const double last = squares_of_level(from, to);
      two[to] = std::min(two[to], one[from] + last);
      three[to] = std::min(three[to], two[from] + last);
      if (to == n) of_four = std::min(of_four, three[from] + last);
    }
  }
  const auto floors_read = static_cast<double>(n);
  const double of_line = squares_from<fine_parts>(all, floor) / (floors_read - 2);
  const double of_stairs = of_four / (floors_read - 2 * stairs + 1);
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
