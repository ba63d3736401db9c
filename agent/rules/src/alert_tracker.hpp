// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/rules/rule.hpp"

#include "reeve/base/result.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

namespace reeve::rules {

// The alerts of one rule, from one evaluation to the next. Each call names the same rule.
class alert_tracker {
 public:
  // `samples` are what the rule's expression gave. On an error all is as before, but for one that has found no room for new
  // alerts: what was known is brought up to date then.
  result<> take(const rule& of, std::span<const sample> samples, std::int64_t now_ms,
                std::vector<alert_change>& changes);
  // Another evaluation, which gave nothing to take.
  void miss() noexcept { is_known_ = false; }
  // The last evaluation said that the condition of this alert holds still; false of one that is only kept firing.
  bool holds(const label_list& labels) const;
  void append_to(std::vector<alert>& out) const;
  void move(std::int64_t by_ms); // all that has a time
  // Another expression's samples are new objects, though their labels may be the same.
  void forget_samples() noexcept { by_sample_.clear(); }

 private:
  struct tracked {
    alert who;
    bool is_active = false;       // pending or firing; otherwise there is only a history
    std::uint64_t history = 0;    // of evaluations: whether it held, the last one lowest
    std::uint64_t seen_in = 0;    // the last evaluation that had a sample of it
    std::uint64_t updated_in = 0; // the last evaluation that counts for it
    double value = 0;             // of that sample
    std::uint64_t sample_id = 0;  // of that sample's labels
    bool is_let_go = false;       // it fires still, and holds no more
    std::int64_t let_go_ms = 0;   // since when

    bool is_idle() const noexcept { return !is_active && history == 0; }
  };
  using known_alerts = std::map<label_list, tracked>;

  tracked& find_or_make(const rule& of, const sample& s);
  void forget_idle();
  void update(const rule& of, tracked& t, std::int64_t now_ms, std::vector<alert_change>& changes);

  known_alerts known_;
  std::unordered_map<std::uint64_t, tracked*>
      by_sample_; // by the id of its labels, which no other object ever has
  std::uint64_t evaluation_ = 0;
  bool is_known_ = false; // of what is here whether it holds
};

} // namespace reeve::rules
