// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/expression.hpp"
#include "reeve/rules/series_memory.hpp"

#include "reeve/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reeve::rules {

struct sample {
  const label_set* labels = nullptr;
  bool has_metric = true; // false: the metric's name is no part of it any more
  double value = 0;

  std::string text() const { return labels->text(has_metric); }
};

struct instant_value {
  value_type type = value_type::scalar; // or vector
  double scalar = 0;
  std::vector<sample> samples; // in no order
};

class evaluation_node;

// One expression over one memory, evaluated again and again: what depends only on which series there are is kept from one
// time to the next. One thread at a time.
class evaluation {
 public:
  // Selects in `memory`, which must outlive it.
  evaluation(expression_ptr what, series_memory& memory);
  ~evaluation();
  evaluation(evaluation&&) noexcept;
  evaluation& operator=(evaluation&&) noexcept;

  // Good until the next call or the next change of the memory. An error where Prometheus would give one, as for two samples
  // that match the same one, or where the memory had no room for all that it needs.
  result<const instant_value*> at(std::int64_t now_ms);

  const expression& what() const noexcept { return *what_; }
  const std::vector<series_memory::selection_id>& selections() const noexcept { return selections_; }

 private:
  expression_ptr what_;
  series_memory* memory_;
  std::vector<series_memory::selection_id> selections_;
  std::unique_ptr<evaluation_node> root_;
  instant_value value_;
};

} // namespace reeve::rules
