// SPDX-License-Identifier: Apache-2.0
// Operations between two vectors, sample by sample as their labels match.
#include "evaluation_node.hpp"
#include "label_keys.hpp"
#include "operators.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace reeve::rules {

namespace {

constexpr std::size_t none = keyed_vector::none;

// The keys by which the samples of two vectors match.
class matched_vectors {
 public:
  explicit matched_vectors(const binary_expression& b) : keys_({b.is_on, b.labels}) {}

  // False: both have the samples that they had.
  bool look_at(std::span<const sample> left_now, std::span<const sample> right_now) {
    if (keys_.is_crowded(left_now.size() + right_now.size())) {
      keys_.clear();
      left = right = {};
    }
    is_left_new = keys_.number(left_now, left);
    return keys_.number(right_now, right) || is_left_new;
  }
  std::size_t keys() const noexcept { return keys_.size(); }
  const label_choice& choice() const noexcept { return keys_.choice(); }

  keyed_vector left, right;
  bool is_left_new = false; // at the last look

 private:
  label_keys keys_;
};

// A filter with ignoring() keeps the metric's name; all others lose it, but for on(__name__).
label_choice labels_of_result(const binary_expression& b, bool filters) {
  label_choice out{b.is_on, b.labels};
  out.keeps_metric = filters && !std::ranges::binary_search(b.labels, metric_name_label);
  if (b.is_on && !filters) std::erase(out.names, metric_name_label);
  return out;
}

class vector_operation_node final : public evaluation_node {
 public:
  vector_operation_node(const binary_expression& b, node_ptr left, node_ptr right)
      : op_(b.op), filters_(is_comparison(b.op) && !b.gives_bool),
        changes_labels_(b.is_on || !b.labels.empty()), kept_(labels_of_result(b, filters_)),
        left_(std::move(left)), right_(std::move(right)), match_(b) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = left_->run(at); !done) return done;
    if (auto done = right_->run(at); !done) return done;
    samples.clear();
    const auto &left = left_->samples, &right = right_->samples;
    if (left.empty() || right.empty()) return {};
    if (match_.look_at(left, right)) match();
    if (!repeated_.empty())
      return error{errc::invalid_argument,
                   cat("several samples on the right side match ", repeated_, ": only one may"), 0};
    if (has_repeated_left_) is_taken_.assign(right.size(), false);
    for (std::size_t i = 0; i < left.size(); ++i) {
      const std::size_t partner = right_of_key_[match_.left.keys[i]];
      if (partner == none) continue;
      const double a = left[i].value, b = right[partner].value;
      if (filters_ && !compare(op_, a, b)) continue;
      if (has_repeated_left_) {
        if (is_taken_[partner])
          return error{
              errc::invalid_argument,
              cat("several samples on the left side match ", right[partner].text(), ": only one may"), 0};
        is_taken_[partner] = true;
      }
      samples.push_back(make(i, filters_ ? a : compute(op_, a, b)));
    }
    return repeats_.refuse_repeated(samples);
  }

 private:
  void match() {
    const auto &left = left_->samples, &right = right_->samples;
    repeated_.clear();
    right_of_key_.assign(match_.keys(), none);
    for (std::size_t i = 0; i < right.size(); ++i) {
      std::size_t& first = right_of_key_[match_.right.keys[i]];
      if (first == none)
        first = i;
      else
        repeated_ = match_.choice().chosen(right[i])->text();
    }
    has_repeated_left_ = false;
    is_taken_.assign(right.size(), false);
    for (const std::size_t key : match_.left.keys) {
      const std::size_t partner = right_of_key_[key];
      if (partner == none) continue;
      has_repeated_left_ = has_repeated_left_ || is_taken_[partner];
      is_taken_[partner] = true;
    }
    if (!match_.is_left_new) return;
    std::vector<label_set_ptr> former = std::exchange(labels_, {});
    labels_.resize(left.size());
    for (std::size_t i = 0; i < left.size(); ++i)
      if (match_.left.was_at[i] != none) labels_[i] = std::move(former[match_.left.was_at[i]]);
  }

  sample make(std::size_t i, double value) {
    const sample& of = left_->samples[i];
    if (!changes_labels_) return {of.labels, filters_ && of.has_metric, value};
    if (!labels_[i]) labels_[i] = kept_.chosen(of);
    return {labels_[i].get(), !labels_[i]->metric().empty(), value};
  }

  binary_operator op_;
  bool filters_, changes_labels_;
  label_choice kept_;
  node_ptr left_, right_;
  matched_vectors match_;
  std::vector<std::size_t> right_of_key_; // the right sample
  std::vector<label_set_ptr>
      labels_; // of results by left sample, made when there is one; else they are that sample's own
  std::string repeated_;
  bool has_repeated_left_ = false;
  std::vector<bool> is_taken_; // by right sample
  repeat_check repeats_;
};

class set_operation_node final : public evaluation_node {
 public:
  set_operation_node(const binary_expression& b, node_ptr left, node_ptr right)
      : op_(b.op), left_(std::move(left)), right_(std::move(right)), match_(b) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = left_->run(at); !done) return done;
    if (auto done = right_->run(at); !done) return done;
    samples.clear();
    if (left_->samples.empty() && !is_union()) return {};
    if (match_.look_at(left_->samples, right_->samples)) match();
    for (const std::size_t i : from_left_)
      samples.push_back(left_->samples[i]);
    for (const std::size_t i : from_right_)
      samples.push_back(right_->samples[i]);
    return {};
  }

 private:
  bool is_union() const noexcept { return op_ == binary_operator::either; }

  void match() {
    const auto &left = match_.left.keys, &right = match_.right.keys;
    from_left_.clear();
    from_right_.clear();
    is_there_.assign(match_.keys(), false);
    for (const std::size_t key : is_union() ? left : right)
      is_there_[key] = true;
    for (std::size_t i = 0; i < left.size(); ++i)
      if (is_union() || is_there_[left[i]] == (op_ == binary_operator::both)) from_left_.push_back(i);
    for (std::size_t i = 0; is_union() && i < right.size(); ++i)
      if (!is_there_[right[i]]) from_right_.push_back(i);
  }

  binary_operator op_;
  node_ptr left_, right_;
  matched_vectors match_;
  std::vector<std::size_t> from_left_, from_right_;
  std::vector<bool> is_there_; // by key, on the side that is asked
};

} // namespace

node_ptr make_vector_operation(const binary_expression& b, node_ptr left, node_ptr right) {
  return std::make_unique<vector_operation_node>(b, std::move(left), std::move(right));
}

node_ptr make_set_operation(const binary_expression& b, node_ptr left, node_ptr right) {
  return std::make_unique<set_operation_node>(b, std::move(left), std::move(right));
}

} // namespace reeve::rules
