// SPDX-License-Identifier: Apache-2.0
#include "self_metrics.hpp"

#include "reeve/base/strings.hpp"

#include <array>
#include <utility>

namespace reeve::app {

using webhook::alert_result;

void self_metrics::collect_webhook() {
  if (!from_.webhook || !from_.webhook->has_been_configured()) return;
  const webhook_endpoint& w = *from_.webhook;
  for (const auto& [status, count] : w.requests())
    counter("reeve_webhook_requests", "Requests to the webhook, by the status of their answers.", {"code"},
            {cat(status)}, static_cast<double>(count));

  const webhook::intake_counters& c = w.intake().counters();
  constexpr std::array<std::pair<bool, alert_result>, 6> kinds{{{false, alert_result::queued},
                                                                {false, alert_result::duplicate},
                                                                {false, alert_result::unmatched},
                                                                {true, alert_result::resolved},
                                                                {true, alert_result::duplicate},
                                                                {true, alert_result::unmatched}}};
  for (const auto& [is_resolved, result] : kinds)
    counter("reeve_webhook_alerts", "Alerts in the bodies that were taken, by what became of them.",
            {"status", "result"}, {is_resolved ? "resolved" : "firing", webhook::name_of(result)},
            static_cast<double>(c.alerts[is_resolved ? 1 : 0][static_cast<std::size_t>(result)]));
  counter("reeve_webhook_truncated_alerts", "Alerts that the sender left out because of its max_alerts.", {},
          {}, static_cast<double>(c.truncated));
  counter("reeve_webhook_body_bytes", "Bytes of the bodies that were read.", {}, {},
          static_cast<double>(c.body_bytes));
  gauge("reeve_webhook_queue_length", "Alerts that wait to be acted on.", {}, {},
        static_cast<double>(w.intake().waiting()));
}

} // namespace reeve::app
