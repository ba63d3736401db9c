// SPDX-License-Identifier: Apache-2.0
// From a body that Alertmanager posted to alerts that wait to be acted on: mapped, each once, in a bounded queue. One thread.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/config/webhook_settings.hpp"
#include "reeve/webhook/payload.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reeve::webhook {

// An alert and the name of the [[webhook.alert]] that it matched.
struct delivery {
  std::string mapping; // empty: it is resolved, and matches none any more as it did when it fired
  alert what;
  bool is_told = false; // of whoever hands it over
};

struct answer {
  unsigned status = 200; // 200, 400, 413, 503
  std::string text;      // for the sender; a sentence with its line end
};

enum class alert_result : std::uint8_t {
  queued,    // firing, and it waits
  duplicate, // it has come before, with the same beginning and status, or is resolved already
  unmatched, // no mapping, and the end of none that was handed over
  resolved,  // it waits, too; it is told and never acted on
};
inline constexpr std::size_t alert_results = 4;
const char* name_of(alert_result r) noexcept;

struct intake_counters {
  // [0] firing, [1] resolved, then by alert_result. What was not taken of a body is not among them.
  std::array<std::array<std::uint64_t, alert_results>, 2> alerts{};
  std::uint64_t truncated = 0;  // left out of these bodies by the sender
  std::uint64_t body_bytes = 0; // of all bodies
};

class intake {
 public:
  static constexpr std::size_t most_remembered = 10'000;
  static constexpr nanoseconds remembered_for = std::chrono::hours(24); // after an alert came last
  // Of text, of those that fire and of the resolved ones each. webhook.queue bounds both, too.
  static constexpr std::size_t most_queued_bytes = 16 * 1024 * 1024;

  // `time` must outlive it.
  intake(const config::webhook_settings& settings, const clock& time);
  ~intake();
  intake(const intake&) = delete;
  intake& operator=(const intake&) = delete;

  // Other mappings and another bound of the queue; what waits and what has been seen stays.
  void apply(const config::webhook_settings& settings);

  // All alerts of the body are taken, or, where there is no room for those that fire, the resolved ones alone. One that is
  // resolved goes ahead of those that fire, and what fired of it and waits still is taken out.
  answer receive(std::string_view body);

  delivery* front() noexcept; // the one whose turn it is, until the next receive(), or null
  void pop_front();
  std::size_t waiting() const noexcept;
  const intake_counters& counters() const noexcept { return counters_; }

 private:
  struct state;
  std::unique_ptr<state> state_;
  intake_counters counters_;
};

} // namespace reeve::webhook
