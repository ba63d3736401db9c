// SPDX-License-Identifier: Apache-2.0
// An agent that acts, and the record that it keeps of that.
#pragma once

#include "tests/integration/managed_processes.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::test {

// Managed processes say how they are in the agent's own metrics, which rules see like any other.
class remedies : public managed_processes {
 protected:
  static std::string rule(const std::string& expression, const std::string& more) {
    return "[rules]\ninterval = \"200ms\"\n[[rule]]\nname = \"watch\"\nexpr = '''" + expression +
           "'''\nlabels = { team = \"a\" }\n" + more;
  }
  std::filesystem::path audit_log() const {
    return agent_->state_folder() / agent_->instance() / "audit" / "audit.jsonl";
  }
  std::string audit() const {
    return std::filesystem::exists(audit_log()) ? read_file(audit_log()) : std::string();
  }
  // Entries that say all of that.
  std::size_t audited(std::initializer_list<std::string_view> texts) const {
    std::istringstream lines(audit());
    std::size_t out = 0;
    for (std::string line; std::getline(lines, line);)
      out += std::all_of(texts.begin(), texts.end(), [&](auto t) { return line.find(t) != line.npos; });
    return out;
  }
  bool becomes_audited(std::initializer_list<std::string_view> texts, std::size_t count = 1) const {
    return wait_until([&] { return audited(texts) >= count; }, long_bound);
  }
  bool audit_says(const std::string& text) const {
    return wait_until([&] { return audit().find(text) != std::string::npos; }, long_bound);
  }
  bool log_says(const std::string& text) const {
    return wait_until([&] { return agent_->log().find(text) != std::string::npos; }, long_bound);
  }

  // Posts them to the agent, which has the table `webhook`.
  static constexpr std::string_view token = "0123456789abcdef0123456789abcdef";
  static std::string webhook(std::string_view alerts, std::string_view more = {}) {
    return cat("[webhook]\ntoken = \"", token, "\"\n", more, alerts);
  }
  http_response post_alerts(std::string_view alerts) const {
    const auto answered = http_post(
        agent_->port(), "/api/v1/alerts", cat(R"({"version":"4","status":"firing","alerts":[)", alerts, "]}"),
        {{"Content-Type", "application/json"}, {"Authorization", cat("Bearer ", token)}});
    EXPECT_TRUE(answered) << answered.error().message;
    return answered ? *answered : http_response{};
  }
};

// Alerts as Alertmanager posts them.
using alert_labels = std::vector<std::pair<std::string, std::string>>;

inline std::string alert(std::string_view fingerprint, const alert_labels& labels,
                         std::string_view starts_at = "2026-01-01T00:00:00Z") {
  std::string names;
  for (const auto& [name, value] : labels)
    names += cat(names.empty() ? "" : ",", "\"", name, "\":\"", value, "\"");
  return cat(R"({"status":"firing","labels":{)", names, R"(},"startsAt":")", starts_at,
             R"(","fingerprint":")", fingerprint, "\"}");
}

} // namespace reeve::test
