// SPDX-License-Identifier: Apache-2.0
#include "evaluation_node.hpp"
#include "functions.hpp"
#include "label_keys.hpp"
#include "operators.hpp"

#include "reeve/base/strings.hpp"

#include <utility>

namespace reeve::rules {

namespace {

class number_node final : public evaluation_node {
 public:
  explicit number_node(double value) { scalar = value; }
  result<> run(const evaluation_moment&) override { return {}; }
};

class selector_node final : public evaluation_node {
 public:
  selector_node(series_memory::selection_id which, std::int64_t offset_ms)
      : which_(which), offset_ms_(offset_ms) {}

  result<> run(const evaluation_moment& at) override {
    samples.clear();
    for (const series* const s : at.memory.selected(which_))
      if (const point* const p = s->latest(at.now_ms - offset_ms_))
        samples.push_back({&s->labels(), true, p->value});
    return {};
  }

 private:
  series_memory::selection_id which_;
  std::int64_t offset_ms_;
};

class negation_node final : public evaluation_node {
 public:
  negation_node(value_type type, node_ptr of) : type_(type), of_(std::move(of)) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = of_->run(at); !done) return done;
    scalar = -of_->scalar;
    if (type_ == value_type::scalar) return {};
    samples.clear();
    for (const sample& s : of_->samples)
      samples.push_back({s.labels, false, -s.value});
    return repeats_.refuse_repeated(samples);
  }

 private:
  value_type type_;
  node_ptr of_;
  repeat_check repeats_;
};

// At least one side is a number.
class scalar_operation_node final : public evaluation_node {
 public:
  scalar_operation_node(const binary_expression& b, node_ptr left, node_ptr right)
      : op_(b.op), gives_bool_(b.gives_bool), left_type_(b.left->type), right_type_(b.right->type),
        left_(std::move(left)), right_(std::move(right)) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = left_->run(at); !done) return done;
    if (auto done = right_->run(at); !done) return done;
    if (left_type_ == right_type_) {
      scalar = compute(op_, left_->scalar, right_->scalar);
      return {};
    }
    samples.clear();
    const bool is_left = left_type_ == value_type::vector;
    const bool filters = is_comparison(op_) && !gives_bool_;
    for (const sample& s : (is_left ? left_ : right_)->samples) {
      const double left = is_left ? s.value : left_->scalar, right = is_left ? right_->scalar : s.value;
      if (!filters)
        samples.push_back({s.labels, false, compute(op_, left, right)});
      else if (compare(op_, left, right))
        samples.push_back(s);
    }
    return filters ? result<>() : repeats_.refuse_repeated(samples);
  }

 private:
  binary_operator op_;
  bool gives_bool_;
  value_type left_type_, right_type_;
  node_ptr left_, right_;
  repeat_check repeats_;
};

} // namespace

node_ptr node_builder::build(const expression& e) {
  return std::visit([&](const auto& what) { return build(e, what); }, e.is);
}

node_ptr node_builder::build(const expression&, const number_literal& n) {
  return std::make_unique<number_node>(n.value);
}

series_memory::selection_id node_builder::select(const selector& s) {
  selections.push_back(memory_.select(s));
  return selections.back();
}

node_ptr node_builder::build(const expression&, const selector& s) {
  return std::make_unique<selector_node>(select(s), s.offset_ms);
}

node_ptr node_builder::build(const expression& e, const signed_expression& s) {
  node_ptr of = build(*s.of);
  return s.is_negative ? std::make_unique<negation_node>(e.type, std::move(of)) : std::move(of);
}

node_ptr node_builder::build(const expression&, const binary_expression& b) {
  node_ptr left = build(*b.left), right = build(*b.right);
  if (is_set_operator(b.op)) return make_set_operation(b, std::move(left), std::move(right));
  if (b.left->type == value_type::vector && b.right->type == value_type::vector)
    return make_vector_operation(b, std::move(left), std::move(right));
  return std::make_unique<scalar_operation_node>(b, std::move(left), std::move(right));
}

node_ptr node_builder::build(const expression&, const aggregation& a) {
  node_ptr parameter = a.parameter ? build(*a.parameter) : nullptr;
  return make_aggregation(a, std::move(parameter), build(*a.of));
}

// A range has no node of its own: the function looks at the samples where they lie.
node_ptr node_builder::build(const expression&, const function_call& c) {
  const bool is_of_range = c.what->first_argument() == value_type::range;
  series_memory::selection_id range = 0;
  std::vector<node_ptr> arguments;
  for (const expression_ptr& argument : c.arguments) {
    if (is_of_range && argument == c.arguments.front())
      range = select(std::get<selector>(argument->is));
    else
      arguments.push_back(build(*argument));
  }
  return make_call(c, range, std::move(arguments));
}

evaluation::evaluation(expression_ptr what, series_memory& memory)
    : what_(std::move(what)), memory_(&memory) {
  node_builder builder(memory);
  root_ = builder.build(*what_);
  selections_ = std::move(builder.selections);
}
evaluation::~evaluation() = default;
evaluation::evaluation(evaluation&&) noexcept = default;
evaluation& evaluation::operator=(evaluation&&) noexcept = default;

result<const instant_value*> evaluation::at(std::int64_t now_ms) {
  for (const auto which : selections_)
    if (!memory_->is_whole(which, now_ms))
      return error{
          errc::limit,
          "there is no room for all samples that it needs; see max_series and max_samples of [rules]", 0};
  if (auto done = root_->run({*memory_, now_ms}); !done) return done.error();
  value_.type = what_->type;
  value_.scalar = root_->scalar;
  value_.samples.swap(root_->samples);
  return &value_;
}

} // namespace reeve::rules
