// SPDX-License-Identifier: Apache-2.0
// A machine that never rests: processes start, exit, change their program and take over each other's pids,
// under names that come once and never again. Always the same for the same seed.
#pragma once

#include "reeve/os/process_table.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::test {

class population {
 public:
  static constexpr unsigned at_rest = 120;          // living processes, about
  static constexpr std::uint64_t storm_every = 250; // steps; a storm starts so many processes at once
  static constexpr unsigned storm_size = 1000;      // that live for storm_length steps
  static constexpr std::uint64_t storm_length = 3;
  static constexpr std::uint64_t storm_begins = 100; // step within each storm_every

  population();

  void step();                                                       // one tick's worth of life
  void fill(os::process_fields wanted, os::process_rows& out) const; // as it is after the last step

  std::size_t living() const noexcept { return living_.size(); }
  std::uint64_t begun() const noexcept { return next_start_; } // processes, since the start; short lives too
  std::uint64_t names() const noexcept { return next_name_; }  // that were new when they came

  // Names that were carried by a living process at most `ttl` steps ago; the end of one counts as life.
  std::set<std::string> names_within(std::uint64_t ttl) const;

 private:
  struct process {
    std::uint32_t pid = 0;
    std::uint32_t parent = 1;
    std::uint64_t start = 0;
    std::uint64_t age = 0;
    std::uint64_t ends = UINT64_MAX; // at that step
    std::string name;
    os::process_state state = os::process_state::sleeping;
  };
  struct short_life {
    std::uint32_t pid, parent;
    std::uint64_t start;
    std::string name;
  };

  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  std::string some_name();
  std::uint32_t free_pid(std::uint32_t first, std::uint32_t count);
  void begin(std::string name, std::uint32_t first_pid, std::uint32_t pids, std::uint64_t ends);

  std::mt19937_64 random_{20'250'101};
  std::map<std::uint32_t, process> living_; // by pid
  std::vector<short_life> short_lives_;     // of the last step
  std::map<std::string, std::uint64_t> last_seen_;
  std::uint64_t step_ = 0;
  std::uint64_t next_start_ = 0;
  std::uint64_t next_name_ = 0;
};

// The table of that machine. The population must outlive it.
std::unique_ptr<os::process_table> table_of(const population& machine);

} // namespace reeve::test
