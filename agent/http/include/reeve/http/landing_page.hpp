// SPDX-License-Identifier: Apache-2.0
// The page at "/": what this agent is, where its pages are, how its plugins do. Pure; one string of HTML5
// without scripts.
#pragma once

#include "reeve/base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reeve::http {

// All strings are plain text: the page escapes them.
struct landing_link {
  std::string href;
  std::string text;
  std::string description;
};

struct landing_plugin {
  std::string name;
  std::string state; // "running", "failed", ...; "running" is shown calm, the rest stands out
  std::optional<nanoseconds> last_sample_age; // none: it has not committed a sample yet
  std::uint64_t samples = 0;                  // in its last batch
  std::string reason;                         // why it is in that state; may be empty
};

struct landing_alert {
  std::string rule;
  std::string labels;
  std::string value;
  std::optional<nanoseconds> firing_for; // none: it is not known
  std::string next;                      // what is done about it
};

struct landing_page {
  std::string title;
  std::string version;
  std::vector<landing_link> links;
  std::vector<landing_plugin> plugins;
  bool has_rules = false; // else nothing is said of them
  std::vector<landing_alert> alerts;
  std::size_t further_alerts = 0;    // that are not among them
  std::vector<std::string> given_up; // a sentence each
};

std::string render(const landing_page& page);

} // namespace reeve::http
