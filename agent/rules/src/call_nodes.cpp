// SPDX-License-Identifier: Apache-2.0
#include "evaluation_node.hpp"
#include "functions.hpp"
#include "label_keys.hpp"
#include "operators.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace reeve::rules {

namespace {

class call_node : public evaluation_node {
 public:
  call_node(const function& f, std::vector<node_ptr> arguments) : f_(f), arguments_(std::move(arguments)) {}

 protected:
  result<> run_arguments(const evaluation_moment& at) {
    for (const node_ptr& a : arguments_)
      if (auto done = a->run(at); !done) return done;
    return {};
  }
  // The numbers from the argument `first` on; 1 for each that is left out.
  std::span<const double> read_parameters(std::size_t first) {
    parameters_.assign(f_.scalars, 1);
    for (std::size_t i = first; i < arguments_.size(); ++i)
      parameters_[i - first] = arguments_[i]->scalar;
    return parameters_;
  }

  const function& f_;
  std::vector<node_ptr> arguments_;
  std::vector<double> parameters_;
  repeat_check repeats_;
};

class range_call_node final : public call_node {
 public:
  range_call_node(const function& f, series_memory::selection_id which, const selector& s,
                  std::vector<node_ptr> arguments)
      : call_node(f, std::move(arguments)), which_(which), range_ms_(s.range_ms), offset_ms_(s.offset_ms),
        may_repeat_(!f.keeps_name && s.metric.empty()) {}

  result<> run(const evaluation_moment& at) override {
    if (auto done = run_arguments(at); !done) return done;
    const auto parameters = read_parameters(0);
    const double parameter = parameters.empty() ? 0 : parameters[0];
    samples.clear();
    range_window w;
    w.now_ms = at.now_ms;
    w.to_ms = at.now_ms - offset_ms_;
    w.from_ms = w.to_ms - range_ms_;
    for (const series* const s : at.memory.selected(which_)) {
      w.samples = s->between(w.from_ms, w.to_ms, room_);
      if (w.samples.empty()) continue;
      if (const auto value = f_.of_range(w, parameter))
        samples.push_back({&s->labels(), f_.keeps_name, *value});
    }
    return may_repeat_ ? repeats_.refuse_repeated(samples) : result<>();
  }

 private:
  series_memory::selection_id which_;
  std::int64_t range_ms_, offset_ms_;
  bool may_repeat_; // series of one name differ in their other labels
  std::vector<point> room_;
};

class sample_call_node final : public call_node {
 public:
  using call_node::call_node;

  result<> run(const evaluation_moment& at) override {
    if (auto done = run_arguments(at); !done) return done;
    const auto parameters = read_parameters(1);
    samples.clear();
    if (f_.is_empty && f_.is_empty(parameters)) return {};
    for (const sample& s : arguments_.front()->samples)
      samples.push_back({s.labels, false, f_.of_sample(s.value, parameters)});
    return repeats_.refuse_repeated(samples);
  }
};

// What the selector first asks its labels to equal, but for those of which it asks something else after that.
label_set_ptr labels_asked_by(const expression& of) {
  std::map<std::string_view, std::string_view> asked;
  std::set<std::string_view> were_asked;
  if (const auto* const s = std::get_if<selector>(&of.is))
    for (const matcher& m : s->matchers) {
      if (m.name == metric_name_label) continue;
      if (m.is == matcher::relation::equal && were_asked.insert(m.name).second)
        asked[m.name] = m.value;
      else
        asked.erase(m.name);
    }
  std::vector<label> out;
  for (const auto& [name, value] : asked)
    out.push_back({name, value});
  return label_set::make({}, std::move(out));
}

class absent_node final : public call_node {
 public:
  absent_node(const function_call& c, series_memory::selection_id range, std::vector<node_ptr> arguments)
      : call_node(*c.what, std::move(arguments)), labels_(labels_asked_by(*c.arguments.front())),
        which_(range) {
    if (const auto* const s = std::get_if<selector>(&c.arguments.front()->is)) {
      range_ms_ = s->range_ms;
      offset_ms_ = s->offset_ms;
    }
  }

  result<> run(const evaluation_moment& at) override {
    if (auto done = run_arguments(at); !done) return done;
    samples.clear();
    if (!is_there(at)) samples.push_back({labels_.get(), false, 1});
    return {};
  }

 private:
  bool is_there(const evaluation_moment& at) {
    if (f_.is == function::form::absent) return !arguments_.front()->samples.empty();
    const std::int64_t to = at.now_ms - offset_ms_;
    return std::ranges::any_of(at.memory.selected(which_), [&](const series* s) {
      return !s->between(to - range_ms_, to, room_).empty();
    });
  }

  label_set_ptr labels_;
  series_memory::selection_id which_;
  std::int64_t range_ms_ = 0, offset_ms_ = 0;
  std::vector<point> room_;
};

class plain_call_node final : public call_node {
 public:
  using call_node::call_node;

  result<> run(const evaluation_moment& at) override {
    if (auto done = run_arguments(at); !done) return done;
    samples.clear();
    switch (f_.is) {
    case function::form::to_scalar: {
      const auto& of = arguments_.front()->samples;
      scalar = of.size() == 1 ? of.front().value : not_a_number;
      break;
    }
    case function::form::to_vector:
      samples.push_back({none_.get(), false, arguments_.front()->scalar});
      break;
    default:
      scalar = static_cast<double>(at.now_ms) / 1000;
      break;
    }
    return {};
  }

 private:
  label_set_ptr none_ = label_set::make({}, {});
};

} // namespace

node_ptr make_call(const function_call& c, series_memory::selection_id range,
                   std::vector<node_ptr> arguments) {
  switch (c.what->is) {
  case function::form::of_range:
    return std::make_unique<range_call_node>(*c.what, range, std::get<selector>(c.arguments.front()->is),
                                             std::move(arguments));
  case function::form::of_sample:
    return std::make_unique<sample_call_node>(*c.what, std::move(arguments));
  case function::form::absent:
  case function::form::absent_in_time:
    return std::make_unique<absent_node>(c, range, std::move(arguments));
  default:
    break;
  }
  return std::make_unique<plain_call_node>(*c.what, std::move(arguments));
}

} // namespace reeve::rules
