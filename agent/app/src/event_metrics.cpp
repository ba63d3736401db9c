// SPDX-License-Identifier: Apache-2.0
// The metrics of events and of their sinks.
#include "self_metrics.hpp"

namespace reeve::app {

void self_metrics::collect_events() {
  constexpr std::string_view raised = "Events raised by the agent and its plugins.";
  const auto of_plugins = from_.events.count();
  const auto routed = from_.router.count();
  for (const auto& [severity, count] : routed.raised)
    counter("reeve_events", raised, {"severity", "source"}, {severity, agent_event_source},
            static_cast<double>(count));
  for (const auto& [key, count] : of_plugins.raised)
    counter("reeve_events", raised, {"severity", "source"}, {key.first, key.second},
            static_cast<double>(count));

  sink_counters all;
  for (const auto& [sink, c] : routed.sinks) {
    all.dropped_full += c.dropped_full;
    all.dropped_failed += c.dropped_failed;
    all.dropped_stopped += c.dropped_stopped;
  }
  constexpr std::string_view dropped = "Events dropped, by reason; those of sinks once for each sink.";
  const auto drop = [&](std::string_view reason, std::uint64_t count) {
    counter("reeve_events_dropped", dropped, {"reason"}, {reason}, static_cast<double>(count));
  };
  drop("queue_full", of_plugins.dropped);
  drop("sink_queue_full", all.dropped_full);
  drop("sink_failed", all.dropped_failed);
  drop("sink_stopped", all.dropped_stopped);

  for (const auto& [sink, c] : routed.sinks) {
    counter("reeve_event_sink_delivered", "Events that the sink dealt with.", {"sink"}, {sink},
            static_cast<double>(c.delivered));
    counter("reeve_event_sink_dropped", "Events that did not reach the sink.", {"sink"}, {sink},
            static_cast<double>(c.dropped()));
  }
  for (const auto& [sink, count] : routed.waiting)
    gauge("reeve_event_sink_waiting", "Events that wait for the sink.", {"sink"}, {sink},
          static_cast<double>(count));
}

} // namespace reeve::app
