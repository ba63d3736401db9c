// SPDX-License-Identifier: Apache-2.0
// What Alertmanager posts to a webhook, version 4 of it.
// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::webhook {

using labels = std::vector<std::pair<std::string, std::string>>; // names and values, in the order of the body

// The value, or an empty text when there is no such label; that is how Alertmanager's matchers see it.
std::string_view value_of(const labels& all, std::string_view name) noexcept;
std::size_t bytes_of(const labels& all) noexcept; // of names and values

struct alert {
  bool is_resolved = false; // else it is firing
  labels all_labels;
  labels annotations;
  nanoseconds starts_at{};            // Unix time, not before 1970
  std::optional<nanoseconds> ends_at; // Unix time; none: not known yet, which is written as year 1
  std::string generator_url;
  std::string fingerprint; // of the labels, Alertmanager's own; 1 to 64 bytes
};

struct payload {
  std::string group_key;
  std::uint64_t truncated_alerts = 0; // left out of `alerts`, because of the receiver's max_alerts
  bool is_resolved = false;           // all of its alerts are
  std::string receiver;
  labels group_labels, common_labels, common_annotations;
  std::string external_url;
  std::vector<alert> alerts;
};

inline constexpr std::size_t most_alerts = 10'000;      // of one payload
inline constexpr std::size_t most_labels = 256;         // of one set
inline constexpr std::size_t most_label_bytes = 16'384; // names and values of one alert's labels

// invalid_argument with a sentence that begins with the field: "alerts[3].startsAt: not a time in RFC 3339". Unknown fields
// are passed over. Memory is bounded by a multiple of the body's length, whose bound is the caller's.
result<payload> parse_alertmanager(std::string_view body);

} // namespace reeve::webhook
