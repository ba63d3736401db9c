// SPDX-License-Identifier: Apache-2.0
#include "reference_detectors.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>

namespace reeve::leaks {

namespace {

constexpr std::size_t window_length = 60;

struct line {
  double slope = 0; // per second
  double at_end = 0;
};

// Least squares over the last 60 readings; nothing before there are so many.
class window {
 public:
  std::optional<line> add(const reading& r) {
    readings_.push_back(r);
    if (readings_.size() > window_length) readings_.pop_front();
    if (readings_.size() < window_length) return std::nullopt;
    double t = 0, v = 0;
    for (const reading& one : readings_) {
      t += one.seconds;
      v += one.value;
    }
    t /= window_length;
    v /= window_length;
    double tt = 0, tv = 0;
    for (const reading& one : readings_) {
      tt += (one.seconds - t) * (one.seconds - t);
      tv += (one.seconds - t) * (one.value - v);
    }
    const double slope = tv / tt;
    return line{slope, v + slope * (readings_.back().seconds - t)};
  }
  double span() const { return readings_.back().seconds - readings_.front().seconds; }

 private:
  std::deque<reading> readings_;
};

// Prometheus's `for`: true once the condition has held for so many readings.
class held {
 public:
  explicit held(unsigned readings) : needed_(readings) {}
  bool operator()(bool condition) {
    count_ = condition ? count_ + 1 : 0;
    return count_ >= needed_;
  }

 private:
  unsigned needed_;
  unsigned count_ = 0;
};

class mann_kendall {
 public:
  bool add(const reading& r) {
    int s = 0;
    for (const double v : values_)
      s += (r.value > v) - (r.value < v);
    s_ += s;
    values_.push_back(r.value);
    times_.push_back(r.seconds);
    if (values_.size() < window_length) return false;
    const auto n = static_cast<double>(values_.size());
    const double z = (static_cast<double>(s_) - 1) / std::sqrt(n * (n - 1) * (2 * n + 5) / 18);
    return z > 3.09 && theil_sen() > 0;
  }

 private:
  // Of at most 40 readings, evenly chosen: the median of all slopes between two of them.
  double theil_sen() const {
    std::vector<double> slopes;
    const std::size_t step = std::max<std::size_t>(1, values_.size() / 40);
    for (std::size_t i = 0; i < values_.size(); i += step)
      for (std::size_t k = i + step; k < values_.size(); k += step)
        slopes.push_back((values_[k] - values_[i]) / (times_[k] - times_[i]));
    return median(std::move(slopes));
  }

  long long s_ = 0;
  std::vector<double> values_, times_;
};

} // namespace

judge deriv_above_zero(const trace&) {
  return [w = window(), h = held(60)](const reading& r) mutable {
    const auto l = w.add(r);
    return h(l && l->slope > 0);
  };
}

judge predict_linear_above_limit(const trace& t) {
  return [w = window(), h = held(30), limit = t.limit](const reading& r) mutable {
    const auto l = w.add(r);
    return h(l && l->at_end + l->slope * 4 * w.span() > limit);
  };
}

judge mann_kendall_theil_sen(const trace&) {
  return [m = mann_kendall()](const reading& r) mutable { return m.add(r); };
}

judge threshold_of_80_percent(const trace& t) {
  return [h = held(5), limit = t.limit](const reading& r) mutable { return h(r.value > 0.8 * limit); };
}

const std::vector<reference>& reference_detectors() {
  static const std::vector<reference> all{{"deriv() > 0", deriv_above_zero},
                                          {"predict_linear() > limit", predict_linear_above_limit},
                                          {"Mann-Kendall, Theil-Sen", mann_kendall_theil_sen},
                                          {"80 % threshold", threshold_of_80_percent}};
  return all;
}

} // namespace reeve::leaks
