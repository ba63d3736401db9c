// SPDX-License-Identifier: Apache-2.0
// The events that wait for one sink, and when to offer them. A pure policy: time comes in through `now`; one thread.
#pragma once

#include "reeve/plugin_host/event_sink.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace reeve::app {

struct sink_counters {
  std::uint64_t delivered = 0; // dealt with by the sink, whatever it made of them
  std::uint64_t dropped_full = 0, dropped_failed = 0, dropped_stopped = 0;
  std::uint64_t dropped() const noexcept { return dropped_full + dropped_failed + dropped_stopped; }
};

class sink_queue {
 public:
  static constexpr std::size_t max_waiting = 1024; // further events are dropped, so that the oldest stay
  static constexpr std::size_t max_batch = 128;
  // A sink that returns an error is offered the same events so often; then they are dropped, since one of them may be
  // what it fails of. REEVE_E_AGAIN has no end; so often in a row without progress it counts as failing.
  static constexpr unsigned max_failures = 5;
  static constexpr nanoseconds backoff_min = std::chrono::milliseconds(250),
                               backoff_max = std::chrono::seconds(15);

  enum class change : std::uint8_t { none, failing, recovered };

  // From now on batches may be offered, by a new instance if there was one before. Before, events only wait.
  void open(std::uint32_t min_severity, nanoseconds deadline);
  // The instance goes. What it has in its hands and hands back is dropped.
  void shut() noexcept;
  // Tells answers of former instances apart.
  std::uint64_t incarnation() const noexcept { return incarnation_; }

  void push(plugin_host::event_ptr e);
  // The next batch, or an empty one: nothing waits, one is in flight, or it is too early.
  plugin_host::event_batch next(nanoseconds now);
  change answered(std::uint64_t incarnation, plugin_host::event_batch batch, std::uint32_t taken,
                  reeve_status status, nanoseconds now);
  // Notices that the batch in flight is late.
  change look(nanoseconds now) noexcept;
  // When next() or look() may have something to do; the maximum: not before a push() or an answer.
  nanoseconds due() const noexcept;

  // Everything that waits, for a last offer; stopped() then says how much of it was taken.
  plugin_host::event_batch take_all();
  void stopped(std::size_t offered, std::uint32_t taken) noexcept;

  // Events lost since this was told last, when the sink takes events again; 0: none, or not yet. At most once in
  // lost_interval.
  static constexpr nanoseconds lost_interval = std::chrono::seconds(10);
  std::uint64_t lost_to_tell(nanoseconds now) noexcept;

  std::size_t waiting() const noexcept { return waiting_.size(); }
  nanoseconds deadline() const noexcept { return deadline_; }
  bool failing() const noexcept { return failing_; }
  const sink_counters& count() const noexcept { return counters_; }

 private:
  std::deque<plugin_host::event_ptr> waiting_;
  bool open_ = false, in_flight_ = false, failing_ = false, took_ = false;
  std::uint64_t incarnation_ = 0;
  std::uint32_t min_severity_ = 0;
  nanoseconds deadline_{0};
  nanoseconds late_at_{0}; // of the batch in flight
  nanoseconds not_before_{0};
  nanoseconds backoff_{0}; // 0: the last offer made progress
  unsigned failures_ = 0;  // offers in a row without progress that were answered by an error...
  unsigned agains_ = 0;    // ...or by REEVE_E_AGAIN
  std::uint64_t told_ = 0;
  nanoseconds tell_after_{0};
  sink_counters counters_;
};

} // namespace reeve::app
