// SPDX-License-Identifier: Apache-2.0
// A plugin's own module in the real host, with the process table and the time of a test: what the agent does
// at each tick, without its event loop.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/plugin_host/instance.hpp"
#include "reeve/plugin_host/tables.hpp"
#include "reeve/store/board.hpp"
#include "reeve/telemetry/log.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace reeve::test {

// Moves only when it is told to. Safe from any thread.
class manual_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override { return nanoseconds(now_.load()); }
  nanoseconds unix_time() const noexcept override { return mono() + std::chrono::hours(24 * 365 * 50); }
  void advance(nanoseconds by) noexcept { now_ += by.count(); }

 private:
  std::atomic<nanoseconds::rep> now_{1'000'000'000'000};
};

// A plugin's table with plain values: options({{"per_process", {true}}}).
value_node options(std::initializer_list<std::pair<const char*, value_node>> members);

class plugin_rig {
 public:
  // Loads build/<preset>/plugins/NAME and starts one instance of it. The error says what went wrong where.
  static result<std::unique_ptr<plugin_rig>> start(const std::string& name, value_node table_of_options,
                                                   plugin_host::tables::makers make);
  ~plugin_rig();
  plugin_rig(const plugin_rig&) = delete;

  // Moves the clock by the interval, samples, and publishes on the board what came of it.
  plugin_host::outcome tick();

  manual_clock& time() noexcept { return time_; }
  plugin_host::tables& tables() noexcept { return tables_; }
  const store::board& board() const noexcept { return board_; }
  const std::string& name() const noexcept { return name_; }

  static constexpr nanoseconds interval = std::chrono::seconds(10);

 private:
  plugin_rig(std::string name, std::unique_ptr<logger> log, plugin_host::tables::makers make);
  // Waits for the answer to one request; gives up, with a failed outcome, when the plugin hangs.
  plugin_host::outcome wait();
  plugin_host::instance::done answer();

  std::string name_;
  manual_clock time_;
  std::unique_ptr<logger> log_;
  plugin_host::tables tables_;
  plugin_host::services services_;
  store::board board_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::optional<plugin_host::outcome> answer_;
  std::uint64_t cycle_ = 0;
  std::unique_ptr<plugin_host::instance> instance_; // goes first: its thread uses what is above
};

} // namespace reeve::test
