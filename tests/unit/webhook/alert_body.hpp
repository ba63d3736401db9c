// SPDX-License-Identifier: Apache-2.0
// A body as Alertmanager posts it, to be changed by a test.
#pragma once

#include "reeve/base/strings.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::webhook::test {

struct alert_text {
  std::string fingerprint = "a1b2c3d4e5f60718";
  std::string labels = R"({"alertname":"Leak","severity":"critical"})";
  std::string status = "firing";
  std::string starts_at = "2026-11-26T11:00:45.123Z";
};

inline std::string text_of(const alert_text& a) {
  return cat(
      R"({"status":")", a.status, R"(","labels":)", a.labels,
      R"(,"annotations":{"summary":"It leaks."},"startsAt":")", a.starts_at,
      R"(","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus:9090/graph","fingerprint":")",
      a.fingerprint, R"("})");
}

inline std::string body_of(const std::vector<alert_text>& alerts) {
  std::string all;
  for (const alert_text& a : alerts)
    all += cat(all.empty() ? "" : ",", text_of(a));
  return cat(
      R"({"receiver":"reeve","status":"firing","alerts":[)", all,
      R"(],"groupLabels":{"alertname":"Leak"},"commonLabels":{"alertname":"Leak","severity":"critical"},)"
      R"("commonAnnotations":{"summary":"It leaks."},"externalURL":"http://alertmanager:9093",)"
      R"("version":"4","groupKey":"{}:{alertname=\"Leak\"}","truncatedAlerts":0})");
}

// The body with its first `what` replaced.
inline std::string changed(std::string body, std::string_view what, std::string_view by) {
  const std::size_t at = body.find(what);
  return at == body.npos ? cat("no ", what) : body.replace(at, what.size(), by);
}

} // namespace reeve::webhook::test
