// SPDX-License-Identifier: Apache-2.0
// Counters of the system as metrics: a set that every machine has, and what the user names.
#include "counter_rows.hpp"
#include "label_text.hpp"
#include "options.hpp"
#include "series_book.hpp"

#include "reeve/counters.h"
#include "reeve/plugin.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace reeve::perf_counter {

class perf_counter final : public sdk::plugin {
  static constexpr const char* needs[] = {REEVE_EXT_COUNTERS, nullptr};

 public:
  static constexpr sdk::description about{
      "org.reeve.perf-counter",
      "perf-counter",
      "0.1.0",
      "Reeve",
      "Processor, memory, disks, network and other counters of the system, and any other by its name",
      "Apache-2.0",
      0,
      needs};

  explicit perf_counter(sdk::host h) : plugin(h), counters_(h, REEVE_EXT_COUNTERS, "table of counters") {}

  void configure(sdk::config& config, const sdk::call& call) override {
    if (!counters_.functions()) throw sdk::failure("the host offers no counters", REEVE_E_UNSUPPORTED);
    options_ = read_options(config, the_host(), call, *counters_.functions());
  }

  void start(const sdk::call& call) override {
    book_.emplace(options_);
    available_ = the_host().family(call, sdk::kind::gauge, "reeve_perf_available",
                                   "1 when this system has the counter and it can be read.", {"counter"});
    left_out_ =
        the_host().family(call, sdk::kind::gauge, "reeve_perf_left_out_series",
                          "Instances without series because of max_instances, by counter.", {"counter"});
    states_.resize(options_.counters.size());
    for (std::size_t i = 0; i < states_.size(); ++i) {
      std::string shown;
      append_label(shown, options_.counters[i].shown);
      const reeve_label label = sdk::label(shown);
      states_[i].available = the_host().series(call, available_, {&label, 1});
      states_[i].left_out = the_host().series(call, left_out_, {&label, 1});
      for (std::size_t k = 0; k < i; ++k)
        states_[i].shown_before |= states_[k].available == states_[i].available;
    }
  }

  reeve_status sample(const sdk::call& call) override {
    const reeve_counter_rows raw = counters_.read(call);
    const counter_rows rows(raw);
    if (!rows.readable())
      throw sdk::failure("the host's rows of counters are too short", REEVE_E_UNSUPPORTED);
    const reeve_status written = book_->write(the_host(), call, rows);
    return std::max(written, write_states(call, rows));
  }

 private:
  struct state {
    std::uint64_t available = 0, left_out = 0; // series
    std::uint32_t told = REEVE_COUNTER_AVAILABLE;
    bool told_of_limit = false;
    bool shown_before = false; // under the same label: a name that was given twice
  };

  reeve_status write_states(const sdk::call& call, const counter_rows& rows) {
    sdk::emitter out(the_host(), call);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const wanted_counter& c = options_.counters[i];
      if (c.number >= rows.statuses()) continue;
      const reeve_counter_status& now = rows.status(c.number);
      tell(states_[i], c, now, rows);
      if (states_[i].shown_before) continue;
      out.point(states_[i].available, now.state == REEVE_COUNTER_AVAILABLE ? 1 : 0);
      out.point(states_[i].left_out, static_cast<double>(book_->left_out()[i]));
      if (book_->left_out()[i] > 0 && !states_[i].told_of_limit) {
        states_[i].told_of_limit = true;
        the_host().log(REEVE_WARN, c.shown + " has more instances than max_instances = " +
                                       std::to_string(options_.max_instances) +
                                       "; further ones are left out");
      }
    }
    return out.flush();
  }

  // Once when it changes: the metric tells how it goes on.
  void tell(state& s, const wanted_counter& c, const reeve_counter_status& now, const counter_rows& rows) {
    if (now.state == s.told) return;
    s.told = now.state;
    if (now.state == REEVE_COUNTER_AVAILABLE)
      the_host().log(REEVE_INFO, c.shown + " can be read now");
    else
      the_host().log(c.by_default && now.state == REEVE_COUNTER_MISSING ? REEVE_INFO : REEVE_WARN,
                     c.shown + " is not shown: " + std::string(rows.text(now.why)));
  }

  sdk::table<reeve_counters, reeve_counter_rows> counters_;
  options options_;
  std::optional<series_book> book_;
  std::uint32_t available_ = 0, left_out_ = 0;
  std::vector<state> states_;
};

} // namespace reeve::perf_counter

REEVE_PLUGIN(reeve::perf_counter::perf_counter)
