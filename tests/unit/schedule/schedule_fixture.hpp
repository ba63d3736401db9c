// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/schedule/scheduler.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace reeve::schedule {

using namespace std::chrono_literals;

// Time moves only by at(); runs are noted and end only by done().
class schedule_fixture : public testing::Test {
 protected:
  static constexpr nanoseconds epoch = 1000s;
  static constexpr nanoseconds unix_minus_mono = 1'700'000'000s;

  schedule_fixture()
      : scheduler_(
            epoch, unix_minus_mono,
            [this](const std::string& name, const plugin_host::tick& t) { runs_.emplace_back(name, t); },
            [this](const std::string& name, const status& s) {
              changes_.emplace_back(name + " " + name_of(s.now));
            }) {}

  static plan every(nanoseconds interval, nanoseconds deadline = 500ms) {
    plan p;
    p.interval = interval;
    p.deadline = deadline;
    p.failures_before_quarantine = 3;
    p.quarantine_min = 30s;
    p.quarantine_max = 100s;
    return p;
  }
  void add(const std::string& name, const plan& p) { scheduler_.add(name, p, now_); }
  // Time since the epoch. Returns when to come again, since the epoch.
  nanoseconds at(nanoseconds since_epoch) {
    now_ = epoch + since_epoch;
    return scheduler_.advance(now_) - epoch;
  }
  void done(const std::string& name, bool ok = true, const char* error = "it failed") {
    scheduler_.finished(name, ok, ok ? "" : error, now_);
  }
  const status& of(const std::string& name) const { return *scheduler_.find(name); }
  // Which runs began since the last time this was asked, as "NAME@SCHEDULED".
  std::vector<std::string> began() {
    std::vector<std::string> out;
    for (const auto& [name, t] : std::exchange(runs_, {}))
      out.push_back(name + "@" + std::to_string((t.scheduled_mono - epoch) / 1ms));
    return out;
  }
  std::vector<std::string> changes() { return std::exchange(changes_, {}); }

  nanoseconds now_ = epoch;
  std::vector<std::pair<std::string, plugin_host::tick>> runs_;
  std::vector<std::string> changes_;
  scheduler scheduler_;
};

using strings = std::vector<std::string>;

} // namespace reeve::schedule
