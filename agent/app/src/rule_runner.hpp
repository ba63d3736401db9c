// SPDX-License-Identifier: Apache-2.0
// Evaluates the rules again and again, over what the plugins published last and the agent's own metrics. Loop thread only.
#pragma once

#include "event_router.hpp"

#include "reeve/config/settings.hpp"
#include "reeve/rules/clock_watch.hpp"
#include "reeve/rules/rule.hpp"
#include "reeve/rules/series_memory.hpp"
#include "reeve/rules/snapshot_feed.hpp"
#include "reeve/store/board.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace reeve::app {

class rule_runner {
 public:
  using own_metrics = std::function<store::snapshot_ptr()>;
  using listener = std::function<void(const rules::alert_change&)>;

  // `own`: the agent's own metrics, read at each evaluation. `tell` is called after the event of a change.
  rule_runner(boost::asio::io_context& loop, const clock& time, const store::board& board,
              event_router& events, own_metrics own, listener tell);

  // Rules that have not changed go on where they were; alerts of the others end.
  void apply(const config::settings& s);
  void cancel();

  const rules::rule_set* rules() const noexcept { return rules_.get(); } // null: there are none
  // When the condition of an alert was last evaluated, if it held then; monotonic.
  std::optional<nanoseconds> last_held(std::string_view rule, const rules::label_list& labels) const;
  rules::memory_use memory() const;
  rules::memory_limits limits() const noexcept;
  // For the selections of `other`: the samples that are kept for rules, and the newest of all sources. The time to evaluate
  // at, which none of them is later than; Unix.
  std::int64_t fill(rules::series_memory& other);
  // Some rule looks at all that it selects, and as far back.
  bool keeps(const rules::selector& s) const { return memory_ && memory_->keeps(s); }
  const std::vector<config::rule_settings>& settings() const noexcept { return settings_; }
  std::uint64_t late_total() const noexcept {
    return late_;
  } // evaluations left out since the one before took too long

 private:
  std::vector<store::board::entry> sources() const;
  void look_at_clock();
  void arm();
  void evaluate();
  void tell(const rules::alert_change& change);
  void tell_problems();

  const clock& time_;
  const store::board& board_;
  event_router& events_;
  own_metrics own_;
  listener tell_;
  boost::asio::steady_timer timer_;
  config::rules_settings engine_;
  std::vector<config::rule_settings> settings_;
  std::unique_ptr<rules::series_memory> memory_;
  std::unique_ptr<rules::snapshot_feed> feed_; // into memory_
  std::unique_ptr<rules::rule_set> rules_;     // over memory_
  rules::clock_watch clock_;
  std::vector<bool> is_failing_; // by rule, as it was told
  nanoseconds next_{0}, evaluated_{0};
  std::uint64_t evaluations_ = 0, late_ = 0;
};

} // namespace reeve::app
