// SPDX-License-Identifier: Apache-2.0
// Who samples when. A pure policy: time comes in through `now`, runs go out through `launch`; it owns no thread or timer.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/plugin_host/instance.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace reeve::schedule {

struct plan {
  nanoseconds interval{10'000'000'000};
  nanoseconds deadline{5'000'000'000};
  unsigned failures_before_quarantine = 3;
  nanoseconds quarantine_min{30'000'000'000}; // doubles up to the maximum while the plugin keeps failing
  nanoseconds quarantine_max{600'000'000'000};
};

enum class state : std::uint8_t { starting, ok, failing, late, quarantined };
const char* name_of(state s) noexcept;

struct status {
  state now = state::starting;
  bool running = false;
  nanoseconds run_began{0};         // of the run in flight or the last one, on the steady clock
  nanoseconds last_duration{0};     // of the last finished run
  nanoseconds quarantined_until{0}; // 0: not quarantined
  unsigned failures_in_a_row = 0;
  std::uint64_t runs_total = 0;
  std::uint64_t failures_total = 0; // runs that ended in an error
  std::uint64_t late_total = 0;     // runs that passed their deadline
  std::uint64_t overruns_total = 0; // ticks missed: a run was in flight, or the agent came too late
  std::string last_error;
};

class scheduler { // one thread: the event loop's
 public:
  // Begins a run; its end is told by finished(). Must not call back at once.
  using launch = std::function<void(const std::string& name, const plugin_host::tick&)>;
  // A change of state worth a log line: late, failing, quarantined, ok again.
  using change = std::function<void(const std::string& name, const status&)>;

  // Ticks of equal interval fall on the same instants, so that plugins share the tables read for them.
  scheduler(nanoseconds epoch, nanoseconds unix_minus_mono, launch l, change c);

  void add(const std::string& name, const plan& p, nanoseconds now); // due at once
  void remove(std::string_view name);

  // Starts what is due and notices what is late; returns when to call again (never earlier than `now`).
  nanoseconds advance(nanoseconds now);
  void finished(std::string_view name, bool ok, std::string_view error, nanoseconds now);

  // A scrape wants fresher samples. True: a run is on its way. False: none is worth waiting for, because the plugin is
  // quarantined, failed last time, is late, or takes longer than `patience`.
  bool refresh(std::string_view name, nanoseconds now, nanoseconds patience);

  const status* find(std::string_view name) const; // null: not scheduled
  const std::map<std::string, status, std::less<>> all() const;

 private:
  struct slot {
    plan p;
    status s;
    nanoseconds due{0};
    nanoseconds backoff{0}; // 0: the next quarantine is the first
    std::uint64_t cycle = 0;
    std::uint64_t finished = 0; // runs
    bool run_is_late = false;   // the run in flight has passed its deadline, which was counted
  };
  nanoseconds next_due(const slot& s, nanoseconds now) const;
  void begin(const std::string& name, slot& s, nanoseconds scheduled, nanoseconds now);
  void fail(const std::string& name, slot& s, state as, nanoseconds now);

  nanoseconds epoch_, unix_minus_mono_;
  launch launch_;
  change change_;
  std::map<std::string, slot, std::less<>> slots_;
};

} // namespace reeve::schedule
