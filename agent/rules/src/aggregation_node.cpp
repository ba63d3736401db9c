// SPDX-License-Identifier: Apache-2.0
#include "evaluation_node.hpp"
#include "label_keys.hpp"
#include "operators.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace reeve::rules {

namespace {

// Which group each sample of a vector is in.
class grouping {
 public:
  explicit grouping(const aggregation& a) : keys_({!a.is_without, a.labels}) {}

  void look_at(std::span<const sample> samples) {
    if (keys_.is_crowded(samples.size())) {
      keys_.clear();
      last_ = {};
      labels_.clear();
    }
    if (!keys_.number(samples, last_)) return;
    labels_.resize(keys_.size());
    group_of_key_.assign(keys_.size(), keyed_vector::none);
    group_of_.clear();
    key_of_.clear();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::size_t key = last_.keys[i];
      if (group_of_key_[key] == keyed_vector::none) {
        group_of_key_[key] = key_of_.size();
        key_of_.push_back(key);
        if (!labels_[key]) labels_[key] = keys_.choice().chosen(samples[i]);
      }
      group_of_.push_back(group_of_key_[key]);
    }
  }
  std::size_t groups() const noexcept { return key_of_.size(); }
  std::size_t of(std::size_t sample) const noexcept { return group_of_[sample]; }
  sample make(std::size_t group, double value) const noexcept {
    const label_set_ptr& labels = labels_[key_of_[group]];
    return {labels.get(), !labels->metric().empty(), value};
  }

 private:
  label_keys keys_;
  keyed_vector last_;
  std::vector<std::size_t> group_of_;     // by sample
  std::vector<std::size_t> key_of_;       // by group
  std::vector<std::size_t> group_of_key_; // by key
  std::vector<label_set_ptr> labels_;     // by key, of groups that there were
};

struct group_total {
  double value = 0;
  std::uint64_t count = 0;
};

void add(aggregator what, group_total& to, double v) {
  const bool is_first = to.count++ == 0;
  switch (what) {
  case aggregator::sum:
    to.value = is_first ? v : to.value + v;
    return;
  case aggregator::min:
    if (is_first || v < to.value || std::isnan(to.value)) to.value = v;
    return;
  case aggregator::max:
    if (is_first || v > to.value || std::isnan(to.value)) to.value = v;
    return;
  case aggregator::avg: {
    if (is_first) {
      to.value = v;
      return;
    }
    // One infinity is the mean for good, unless its opposite or what is no number comes.
    if (std::isinf(to.value) && !std::isnan(v) && (!std::isinf(v) || (to.value > 0) == (v > 0))) return;
    const auto count = static_cast<double>(to.count);
    to.value += v / count - to.value / count; // divided first: the sum could overflow
    return;
  }
  case aggregator::count:
    to.value = static_cast<double>(to.count);
    return;
  default:
    to.value = 1; // group
    return;
  }
}

class aggregation_node final : public evaluation_node {
 public:
  aggregation_node(const aggregation& a, node_ptr of) : what_(a.what), grouping_(a), of_(std::move(of)) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = of_->run(at); !done) return done;
    grouping_.look_at(of_->samples);
    totals_.assign(grouping_.groups(), {});
    for (std::size_t i = 0; i < of_->samples.size(); ++i)
      add(what_, totals_[grouping_.of(i)], of_->samples[i].value);
    samples.clear();
    for (std::size_t g = 0; g < totals_.size(); ++g)
      samples.push_back(grouping_.make(g, totals_[g].value));
    return {};
  }

 private:
  aggregator what_;
  grouping grouping_;
  node_ptr of_;
  std::vector<group_total> totals_;
};

// topk and bottomk: the samples themselves, as many of each group.
class ranking_node final : public evaluation_node {
 public:
  ranking_node(const aggregation& a, node_ptr parameter, node_ptr of)
      : is_top_(a.what == aggregator::topk), grouping_(a), parameter_(std::move(parameter)),
        of_(std::move(of)) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = parameter_->run(at); !done) return done;
    if (auto done = of_->run(at); !done) return done;
    samples.clear();
    const double wanted = parameter_->scalar;
    // The whole numbers that Prometheus takes: from -2^63 to the last double before 2^63.
    if (!(wanted >= -0x1p63 && wanted < 0x1p63))
      return error{errc::invalid_argument,
                   cat("the number of ", is_top_ ? "topk" : "bottomk", " is ", wanted), 0};
    if (wanted < 1) return {};
    grouping_.look_at(of_->samples);
    order_.resize(of_->samples.size());
    for (std::size_t i = 0; i < order_.size(); ++i)
      order_[i] = i;
    std::ranges::stable_sort(order_, [&](std::size_t a, std::size_t b) {
      return goes_before(of_->samples[a].value, of_->samples[b].value);
    });
    taken_.assign(grouping_.groups(), 0);
    for (const std::size_t i : order_)
      if (static_cast<double>(++taken_[grouping_.of(i)]) <= std::floor(wanted))
        samples.push_back(of_->samples[i]);
    return {};
  }

 private:
  bool goes_before(double a, double b) const {
    if (std::isnan(a) || std::isnan(b)) return !std::isnan(a); // what is no number goes last either way
    return is_top_ ? a > b : a < b;
  }

  bool is_top_;
  grouping grouping_;
  node_ptr parameter_, of_;
  std::vector<std::size_t> order_;
  std::vector<std::uint64_t> taken_; // by group
};

} // namespace

node_ptr make_aggregation(const aggregation& a, node_ptr parameter, node_ptr of) {
  if (parameter) return std::make_unique<ranking_node>(a, std::move(parameter), std::move(of));
  return std::make_unique<aggregation_node>(a, std::move(of));
}

} // namespace reeve::rules
