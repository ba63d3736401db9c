// SPDX-License-Identifier: Apache-2.0
// Rules: an expression, for how long it must hold, and for which series it does. Pure: no clock and no system.
#pragma once

#include "reeve/rules/evaluation.hpp"
#include "reeve/rules/series_memory.hpp"

#include "reeve/base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::rules {

using label_list = std::vector<std::pair<std::string, std::string>>; // ordered by name

// What one [[rule]] says of when it fires.
struct rule {
  std::string name;
  std::string text;                // of the expression
  expression_ptr expression;       // that gives a vector; null once a rule_set has it
  std::int64_t hold_ms = 0;        // `for`: so long in every evaluation before it fires
  std::int64_t keep_firing_ms = 0; // so long still from the first evaluation on in which it held no more
  std::uint32_t times = 1,
                of = 1; // it counts as held when it did in `times` of the last `of` evaluations, at most 64
  label_list labels;    // added to those of each sample, in place of its own of the same name
};

// One sample's labels for which a rule's condition holds.
struct alert {
  enum class state : std::uint8_t { pending, firing };
  std::string rule;
  label_list labels; // of the sample without the metric's name, and the rule's
  double value = 0;  // of the last evaluation in which it held
  state is = state::pending;
  std::int64_t active_since_ms = 0; // Unix
  std::int64_t firing_since_ms = 0; // 0 while it is pending
  std::int64_t held_last_ms = 0;
};

struct alert_change {
  enum class kind : std::uint8_t {
    pending,
    firing,
    resolved,
    cleared,   // it was pending only
    withdrawn, // it was firing, and its rule is gone or fires otherwise now; told by who changes the rules
  };
  kind what = kind::pending;
  alert who;
};

struct rule_report {
  std::uint64_t evaluations_total = 0;
  std::uint64_t failures_total = 0;
  std::string problem;     // of the last evaluation; empty: none. What fired goes on firing meanwhile.
  double seconds = 0;      // that it took
  std::size_t samples = 0; // of its last result
};

// One thread at a time.
class rule_set {
 public:
  // Of one rule, and of the samples of its result. More are a problem of that evaluation, which then leaves out those that
  // are new, or changes nothing when the result itself is too large.
  static constexpr std::size_t most_alerts = 1000;

  // Selects in `memory`, which must outlive it. `time` measures only what an evaluation takes.
  rule_set(std::vector<rule> rules, series_memory& memory, const clock& time = system_clock());
  ~rule_set();
  // Alerts and reports of rules that are as they were, by name and in all that says when they fire. `former` keeps the alerts
  // of the others.
  void take_over(rule_set& former);

  // Each rule once, in their order. The changes come in the order of the rules.
  std::vector<alert_change> evaluate(std::int64_t now_ms);

  // The clock was set by so much; alerts have begun then by that clock.
  void move(std::int64_t by_ms);

  std::size_t size() const noexcept;
  const rule& at(std::size_t i) const noexcept;
  const rule_report& report(std::size_t i) const noexcept;
  std::vector<alert> alerts() const; // pending and firing ones, in the order of the rules
  std::vector<alert> alerts_of(std::size_t i) const;
  // The rule's last evaluation could be made, and the condition of this alert holds; false of one that is only kept firing.
  bool holds(std::string_view rule, const label_list& labels) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace reeve::rules
