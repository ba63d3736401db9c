// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/evaluation.hpp"

#include "reeve/base/result.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace reeve::rules {

struct evaluation_moment {
  const series_memory& memory;
  std::int64_t now_ms;
};

// One part of an expression. It keeps the room for its value, and what it worked out of its labels.
class evaluation_node {
 public:
  virtual ~evaluation_node() = default;
  virtual result<> run(const evaluation_moment& at) = 0;

  double scalar = 0;           // of one that gives a number
  std::vector<sample> samples; // of one that gives a vector

 protected:
  evaluation_node() = default;
  evaluation_node(const evaluation_node&) = delete;
  evaluation_node& operator=(const evaluation_node&) = delete;
};

using node_ptr = std::unique_ptr<evaluation_node>;

class node_builder {
 public:
  explicit node_builder(series_memory& memory) : memory_(memory) {}
  node_ptr build(const expression& e);
  std::vector<series_memory::selection_id> selections;

 private:
  node_ptr build(const expression& e, const number_literal& n);
  node_ptr build(const expression& e, const selector& s);
  node_ptr build(const expression& e, const signed_expression& s);
  node_ptr build(const expression& e, const binary_expression& b);
  node_ptr build(const expression& e, const aggregation& a);
  node_ptr build(const expression& e, const function_call& c);
  series_memory::selection_id select(const selector& s);

  series_memory& memory_;
};

node_ptr make_aggregation(const aggregation& a, node_ptr parameter, node_ptr of);
node_ptr make_call(const function_call& c, series_memory::selection_id range,
                   std::vector<node_ptr> arguments);
node_ptr make_vector_operation(const binary_expression& b, node_ptr left, node_ptr right); // of two vectors
node_ptr make_set_operation(const binary_expression& b, node_ptr left, node_ptr right);

} // namespace reeve::rules
