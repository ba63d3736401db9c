// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/expression.hpp"

namespace reeve::rules {

namespace {

struct selector_walk {
  std::vector<const expression*> found;

  void look(const expression& e) {
    if (std::holds_alternative<selector>(e.is)) found.push_back(&e);
    std::visit([this](const auto& what) { (*this)(what); }, e.is);
  }
  void operator()(const number_literal&) {}
  void operator()(const selector&) {}
  void operator()(const signed_expression& s) { look(*s.of); }
  void operator()(const binary_expression& b) {
    look(*b.left);
    look(*b.right);
  }
  void operator()(const aggregation& a) {
    if (a.parameter) look(*a.parameter);
    look(*a.of);
  }
  void operator()(const function_call& c) {
    for (const expression_ptr& argument : c.arguments)
      look(*argument);
  }
};

} // namespace

std::vector<const expression*> selections_in(const expression& e) {
  selector_walk walk;
  walk.look(e);
  return std::move(walk.found);
}

std::vector<const selector*> selectors_of(const expression& e) {
  std::vector<const selector*> out;
  for (const expression* const one : selections_in(e))
    out.push_back(&std::get<selector>(one->is));
  return out;
}

} // namespace reeve::rules
