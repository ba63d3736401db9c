// SPDX-License-Identifier: Apache-2.0
// Many processes at once: a detector for each resource of each of them, from one reading of the process table to the
// next. Knows no host and no system; the agent's plugin and `reeve leaks` both feed it. One thread at a time.
#pragma once

#include "leak_detector.hpp"
#include "name_glob.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reeve::handle_leak {

enum class resource : std::uint8_t { handles, threads, memory };
inline constexpr std::size_t resources = 3;
inline constexpr std::array all_resources{resource::handles, resource::threads, resource::memory};
const char* name_of(resource r) noexcept; // "handles", ...
double unit_of(resource r) noexcept;      // 1, or the 4,096 bytes of a page

struct watch_options {
  name_filter names;
  std::array<bool, resources> watched{true, true, true};
  std::array<std::optional<double>, resources> limit{}; // before any that the system tells
  double warm_up_seconds = 0;                           // of each process, since it was first seen
  double sensitivity = 1;                               // see detector_options
  std::size_t max_processes = 1000;
};

// One process in one reading. What could not be read is nothing.
struct process_reading {
  std::uint32_t pid = 0;
  std::uint64_t start = 0; // with pid the identity
  std::string_view name;   // raw; need not outlive the call
  std::array<std::optional<double>, resources> value{};
  std::optional<double> handles_limit; // nothing: none, or not known
};

struct watched_process {
  struct series {
    std::unique_ptr<leak_detector> detector; // null until the first value
    bool suspected = false;                  // as last told
  };
  std::uint64_t start = 0;
  std::string name;
  std::array<series, resources> of;
  std::optional<double> handles_limit;
  double handles = 0; // as last read
  std::uint64_t round = 0;
};

// A suspicion that began or ended with this reading.
struct suspicion_change {
  std::uint32_t pid = 0;
  std::uint64_t start = 0;
  std::string name;
  resource of = resource::handles;
  bool begins = false;
  bool exited = false;                // it ended because the process did
  leak_verdict verdict;               // the last one with this suspicion
  std::optional<double> seconds_left; // to the limit
};

class leak_watch {
 public:
  explicit leak_watch(watch_options o) : options_(std::move(o)) {}

  // Between begin() and end() each process once. `seconds` is the time of the reading, on a steady clock.
  void begin(double seconds);
  void add(const process_reading& p);
  void end();

  const std::unordered_map<std::uint32_t, watched_process>& processes() const noexcept {
    return processes_;
  }                                                                                  // by pid
  const std::vector<suspicion_change>& changes() const noexcept { return changes_; } // of the last reading
  std::size_t left_out() const noexcept { return left_out_; } // of the last reading, for want of room
  std::uint64_t suspicions_total(resource r) const noexcept {
    return suspicions_[static_cast<std::size_t>(r)];
  }

  // Nothing without a limit or without a trend.
  std::optional<double> seconds_left(const watched_process& p, resource r) const noexcept;

  // What one process costs at most.
  static constexpr std::size_t bytes_per_process =
      resources * sizeof(leak_detector) + sizeof(watched_process) + 2 * sizeof(void*);

 private:
  void tell_end_of(std::uint32_t pid, watched_process& p);
  void judge(std::uint32_t pid, watched_process& p, resource r, double value);

  watch_options options_;
  std::unordered_map<std::uint32_t, watched_process> processes_;
  std::vector<suspicion_change> changes_;
  std::array<std::uint64_t, resources> suspicions_{};
  std::size_t left_out_ = 0;
  std::uint64_t round_ = 0;
  std::size_t seen_ = 0;
  double seconds_ = 0;
};

} // namespace reeve::handle_leak
