// SPDX-License-Identifier: Apache-2.0
#include "fit/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

namespace reeve::leaks {

using handle_leak::evidence_inputs;
using handle_leak::evidence_units;
using handle_leak::evidence_weights;
using handle_leak::log_odds;
using handle_leak::sums_of_units;
using handle_leak::weights_of_inputs;
using handle_leak::weights_of_units;

namespace {

// A false alarm costs the most, since it can restart a healthy service; a leak found late costs less than one not found.
constexpr double cost_of_false_alarm = 3;
constexpr double cost_of_miss = 0.6;
constexpr double cost_of_delay = 0.5;
constexpr std::size_t readings_of_delay = 90; // past the point of evidence

constexpr std::size_t window = 3; // examples that must agree, as the detector smooths over judgements
constexpr float without_stretch = -3;
constexpr float bound = 6; // of one judgement's log odds

constexpr std::size_t batch = 256;
constexpr double first_rate = 0.004;
constexpr double decay = 0.005; // of weights, so that none grows without need

// The best stretch of one judgement; none where no stretch could be a leak.
struct judgement {
  std::size_t at = 0;
  float log_odds = without_stretch;
  const example* best = nullptr;
};

std::vector<judgement> judge(const judged_trace& t, const evidence_weights& w) {
  std::vector<judgement> out;
  for (std::size_t i = 0; i < t.examples.size();) {
    const std::size_t at = t.examples[i].at;
    const bool gap = out.empty() || at - out.back().at > 2 * readings_between_examples;
    if (gap || t.examples[i].new_life) out.insert(out.end(), window, judgement{at});
    judgement j{at, -bound, nullptr};
    for (; i < t.examples.size() && t.examples[i].at == at; ++i) {
      const float odds = log_odds(t.examples[i].evidence, w);
      if (j.best == nullptr || odds > j.log_odds) {
        j.log_odds = odds;
        j.best = &t.examples[i];
      }
    }
    j.log_odds = std::clamp(j.log_odds, -bound, bound);
    out.push_back(j);
  }
  return out;
}

void add_gradient(const example& x, const evidence_weights& w, float by, evidence_weights& gradient) {
  const handle_leak::unit_sums sums = sums_of_units(x.evidence, w);
  handle_leak::unit_sums back{};
  for (std::size_t u = 0; u < evidence_units; ++u) {
    gradient[weights_of_units + u] += by * std::max(0.0f, sums[u]);
    back[u] = sums[u] > 0 ? by * w[weights_of_units + u] : 0;
  }
  for (std::size_t i = 0; i < evidence_inputs; ++i) {
    for (std::size_t u = 0; u < evidence_units; ++u)
      gradient[i * evidence_units + u] += x.evidence[i] * back[u];
    gradient[weights_of_inputs + i] += by * x.evidence[i];
  }
}

// The judgement with which the window with the greatest mean ends.
struct peak {
  double mean = 0;
  std::size_t last = 0; // 0: there is none
  void see(double m, std::size_t at) {
    if (last == 0 || m > mean) {
      mean = m;
      last = at;
    }
  }
};

} // namespace

double loss_of(const judged_trace& t, const evidence_weights& w, evidence_weights& gradient) {
  const std::vector<judgement> all = judge(t, w);
  peak false_alarm, found, found_soon;
  double sum = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    sum += all[i].log_odds;
    if (i >= window) sum -= all[i - window].log_odds;
    if (i + 1 < window) continue;
    const double mean = sum / window;
    if (!t.leak || all[i].at < t.leak_from) {
      false_alarm.see(mean, i);
      continue;
    }
    found.see(mean, i);
    if (all[i].at <= t.evidence + readings_of_delay) found_soon.see(mean, i);
  }
  double loss = 0;
  const auto add = [&](const peak& p, double sign, double cost) {
    if (p.last == 0) return;
    const double x = sign * p.mean;
    loss += cost * std::log1p(std::exp(x));
    const auto by = static_cast<float>(cost * sign / (1 + std::exp(-x)) / window);
    for (std::size_t i = p.last + 1 - window; i <= p.last; ++i)
      if (all[i].best != nullptr && std::fabs(all[i].log_odds) < bound)
        add_gradient(*all[i].best, w, by, gradient);
  };
  add(false_alarm, 1, cost_of_false_alarm);
  add(found, -1, cost_of_miss);
  add(found_soon, -1, cost_of_delay);
  return loss;
}

trainer::trainer(const std::vector<judged_trace>& traces, int epochs, std::uint32_t seed)
    : traces_(traces), order_(traces.size()), random_(seed),
      all_steps_(epochs * static_cast<int>((traces.size() + batch - 1) / batch)) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  const auto random_weight = [this](float spread) { // evenly between; the same with every standard library
    return spread * (static_cast<float>(random_() >> 8) / static_cast<float>(1u << 23) - 1);
  };
  for (std::size_t i = 0; i < weights_of_inputs; ++i)
    weights_[i] = random_weight(i < weights_of_units ? 0.7f : 0.17f);
}

double trainer::epoch() {
  for (std::size_t i = order_.size(); i > 1; --i) // std::shuffle differs between standard libraries
    std::swap(order_[i - 1], order_[random_() % i]);
  double loss = 0;
  for (std::size_t from = 0; from < order_.size(); from += batch) {
    const std::size_t to = std::min(from + batch, order_.size());
    struct half {
      evidence_weights gradient{};
      double loss = 0;
    };
    half halves[2];
    const auto work = [&](half& h, std::size_t a, std::size_t z) {
      for (std::size_t i = a; i < z; ++i)
        h.loss += loss_of(traces_[order_[i]], weights_, h.gradient);
    };
    std::thread other([&] { work(halves[1], (from + to) / 2, to); });
    work(halves[0], from, (from + to) / 2);
    other.join();
    evidence_weights gradient;
    for (std::size_t i = 0; i < gradient.size(); ++i)
      gradient[i] = (halves[0].gradient[i] + halves[1].gradient[i]) / static_cast<float>(to - from);
    step(gradient);
    loss += halves[0].loss + halves[1].loss;
  }
  return loss / static_cast<double>(traces_.size());
}

// Adam (Kingma and Ba, 2015) with weight decay; the rate falls in three stages.
void trainer::step(const evidence_weights& gradient) {
  ++steps_;
  const double part = static_cast<double>(steps_) / all_steps_;
  const double rate = first_rate * (part < 0.5 ? 1 : part < 0.8 ? 0.4 : 0.12);
  constexpr double mean_memory = 0.9, square_memory = 0.999;
  const double mean_scale = 1 - std::pow(mean_memory, steps_);
  const double square_scale = 1 - std::pow(square_memory, steps_);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const double g = gradient[i];
    const double mean = mean_memory * mean_[i] + (1 - mean_memory) * g;
    const double square = square_memory * square_[i] + (1 - square_memory) * g * g;
    mean_[i] = static_cast<float>(mean);
    square_[i] = static_cast<float>(square);
    const double change = mean / mean_scale / (std::sqrt(square / square_scale) + 1e-7);
    weights_[i] = static_cast<float>(weights_[i] - rate * (change + decay * weights_[i]));
  }
}

} // namespace reeve::leaks
