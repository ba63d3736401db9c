// SPDX-License-Identifier: Apache-2.0
// What comes in from Alertmanager, and what is done about it. Defaults are those of the file.
#pragma once

#include "reeve/config/remedy_settings.hpp"
#include "reeve/config/written_at.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reeve::config {

// "severity=~\"critical|page\"", with or without the quotes, as in Alertmanager's own file.
struct label_matcher {
  enum class relation : std::uint8_t { equal, not_equal, matches, matches_not }; // = != =~ !~
  std::string label;
  relation is = relation::equal;
  std::string
      value; // of =~ and !~ a regular expression of RE2 that the whole of the label's value has to match
  friend bool operator==(const label_matcher&, const label_matcher&) = default;
};

// One [[webhook.alert]]. Of several that match an alert the first is taken.
struct webhook_alert_settings : response_settings {
  std::string name;                 // [a-z0-9_-], 1 to 64 characters, each once, and no rule has it
  std::vector<label_matcher> match; // at least one; all of them must hold, a label that is not there is empty
  written_at where;                 // of the table
  friend bool operator==(const webhook_alert_settings&, const webhook_alert_settings&) = default;
};

struct webhook_settings {              // [webhook]; without the table there is no webhook
  std::string path = "/api/v1/alerts"; // begins with '/'
  // One of the two, or nobody is asked who he is: the contents of token_file and password_file are here.
  std::string token; // 16 to 4096 visible characters of ASCII
  std::string user, password;
  bool allow_unauthenticated = false; // all of [http] listen must be loopback
  std::uint64_t max_body = 1'000'000; // 1KB..16MB
  double rate = 10;                   // 0.01..1000; requests a second
  std::uint32_t burst = 20;           // 1..1000; at once, after a pause
  std::uint32_t queue = 1000;         // 1..10000; alerts that wait to be acted on
  std::vector<webhook_alert_settings> alerts;
  friend bool operator==(const webhook_settings&, const webhook_settings&) = default;
};

} // namespace reeve::config
