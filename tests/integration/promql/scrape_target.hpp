// SPDX-License-Identifier: Apache-2.0
// What a Prometheus server scrapes, on Linux: series that come, go and begin anew, and scrapes that fail, by a fixed plan.
#pragma once

#include "reeve/store/snapshot.hpp"

#include <cstdint>
#include <memory>

namespace reeve::test {

class scrape_target {
 public:
  // Whoever connects to it does so from 127.0.0.1, so that no connection of this machine can have its port.
  static constexpr const char* address = "127.0.0.2";
  static constexpr int last = 45;      // scrapes of the plan; those that follow are answered as it
  static constexpr int goes_away = 26; // after this one nobody listens until come_back()

  explicit scrape_target(std::uint16_t port); // listens at once
  ~scrape_target();

  bool is_away() const noexcept;
  bool come_back(); // on the same port; false: somebody has it meanwhile

  // What the scrape of that number was answered with; null: with an error.
  store::snapshot_ptr answer(int number) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace reeve::test
