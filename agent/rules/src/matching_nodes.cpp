// SPDX-License-Identifier: Apache-2.0
// Operations between two vectors, sample by sample as their labels match.
#include "evaluation_node.hpp"
#include "operators.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace reeve::rules {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

label_choice choice_of(const binary_expression& b) {
  return {b.is_on, b.labels};
}

class vector_operation_node final : public evaluation_node {
 public:
  vector_operation_node(const binary_expression& b, node_ptr left, node_ptr right)
      : op_(b.op), filters_(is_comparison(b.op) && !b.gives_bool), choice_(choice_of(b)),
        left_(std::move(left)), right_(std::move(right)) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = left_->run(at); !done) return done;
    if (auto done = right_->run(at); !done) return done;
    samples.clear();
    const auto &left = left_->samples, &right = right_->samples;
    if (left.empty() || right.empty()) return {};
    match(left, right);
    if (!repeated_.empty())
      return error{errc::invalid_argument,
                   cat("several samples on the right side match ", repeated_, ": only one may"), 0};
    if (has_repeated_left_) is_taken_.assign(right.size(), false);
    for (std::size_t i = 0; i < left.size(); ++i) {
      const std::size_t partner = partner_[i];
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
    return refuse_repeated(samples, shape_);
  }

 private:
  bool changes_labels() const noexcept { return choice_.keeps_named || !choice_.names.empty(); }

  void match(std::span<const sample> left, std::span<const sample> right) {
    const bool is_left_same = left_shape_.is_same_as_last(left),
               is_right_same = right_shape_.is_same_as_last(right);
    if (is_left_same && is_right_same) return;
    partner_.assign(left.size(), none);
    labels_.clear();
    labels_.resize(changes_labels() ? left.size() : 0);
    repeated_.clear();
    has_repeated_left_ = false;
    std::unordered_map<std::string, std::size_t> rights;
    for (std::size_t i = 0; i < right.size(); ++i)
      if (!rights.try_emplace(choice_.key(right[i]), i).second) repeated_ = choice_.chosen(right[i])->text();
    std::vector<bool> is_taken(right.size(), false);
    for (std::size_t i = 0; i < left.size(); ++i) {
      const auto at = rights.find(choice_.key(left[i]));
      if (at == rights.end()) continue;
      partner_[i] = at->second;
      has_repeated_left_ = has_repeated_left_ || is_taken[at->second];
      is_taken[at->second] = true;
      if (changes_labels()) labels_[i] = result_labels(left[i]);
    }
  }

  // A filter with ignoring() keeps the metric's name; all others lose it, but for on(__name__).
  label_set_ptr result_labels(const sample& s) const {
    if (choice_.keeps_named) {
      label_choice kept = choice_;
      if (!filters_) std::erase(kept.names, metric_name_label);
      return kept.chosen(s);
    }
    const bool keeps_metric =
        filters_ && s.has_metric && !std::ranges::binary_search(choice_.names, metric_name_label);
    std::vector<label> others;
    for (const label& l : s.labels->others())
      if (!std::ranges::binary_search(choice_.names, l.name)) others.push_back(l);
    return label_set::make(keeps_metric ? s.labels->metric() : std::string_view(), std::move(others));
  }

  sample make(std::size_t i, double value) const {
    if (!changes_labels()) return {left_->samples[i].labels, filters_ && left_->samples[i].has_metric, value};
    return {labels_[i].get(), !labels_[i]->metric().empty(), value};
  }

  binary_operator op_;
  bool filters_;
  label_choice choice_;
  node_ptr left_, right_;
  vector_shape left_shape_, right_shape_, shape_;
  std::vector<std::size_t> partner_; // of each left sample, among the right ones
  std::vector<label_set_ptr>
      labels_; // of the results by left sample, when they are not the left sample's own
  std::string repeated_;
  bool has_repeated_left_ = false;
  std::vector<bool> is_taken_;
};

class set_operation_node final : public evaluation_node {
 public:
  set_operation_node(const binary_expression& b, node_ptr left, node_ptr right)
      : op_(b.op), choice_(choice_of(b)), left_(std::move(left)), right_(std::move(right)) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = left_->run(at); !done) return done;
    if (auto done = right_->run(at); !done) return done;
    match();
    samples.clear();
    for (const std::size_t i : from_left_)
      samples.push_back(left_->samples[i]);
    for (const std::size_t i : from_right_)
      samples.push_back(right_->samples[i]);
    return {};
  }

 private:
  void match() {
    const auto &left = left_->samples, &right = right_->samples;
    const bool is_left_same = left_shape_.is_same_as_last(left),
               is_right_same = right_shape_.is_same_as_last(right);
    if (is_left_same && is_right_same) return;
    from_left_.clear();
    from_right_.clear();
    const bool is_union = op_ == binary_operator::either;
    std::unordered_set<std::string> others;
    for (const sample& s : is_union ? left : right)
      others.insert(choice_.key(s));
    for (std::size_t i = 0; i < left.size(); ++i)
      if (is_union || others.contains(choice_.key(left[i])) == (op_ == binary_operator::both))
        from_left_.push_back(i);
    for (std::size_t i = 0; is_union && i < right.size(); ++i)
      if (!others.contains(choice_.key(right[i]))) from_right_.push_back(i);
  }

  binary_operator op_;
  label_choice choice_;
  node_ptr left_, right_;
  vector_shape left_shape_, right_shape_;
  std::vector<std::size_t> from_left_, from_right_;
};

} // namespace

node_ptr make_vector_operation(const binary_expression& b, node_ptr left, node_ptr right) {
  return std::make_unique<vector_operation_node>(b, std::move(left), std::move(right));
}

node_ptr make_set_operation(const binary_expression& b, node_ptr left, node_ptr right) {
  return std::make_unique<set_operation_node>(b, std::move(left), std::move(right));
}

} // namespace reeve::rules
