// SPDX-License-Identifier: Apache-2.0
// What is known of the watched files from tick to tick. Pure but for what it remembers.
#pragma once

#include "lock_rows.hpp"
#include "options.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace reeve::file_lock {

using std::chrono::nanoseconds;
using process_key = std::pair<std::uint32_t, std::uint64_t>; // pid and start

struct file_holder {
  std::uint8_t access = 0; // REEVE_ACCESS_* of all its openings
  std::string lock;        // "flock write"; empty: it has none. The strongest one
};

// One path of one watch. A deleted file and a new one of its name are counted together.
struct watched_file {
  std::map<process_key, file_holder> holders; // who has it open, or has locked it
  std::uint32_t waiters = 0, in_cycle = 0;
  nanoseconds locked_for{0}; // the oldest lock; 0: none
  nanoseconds longest_wait{0};
};
using watched_files = std::map<std::pair<std::size_t, std::string>, watched_file>; // by watch and path

enum class wait_news : std::uint8_t { long_wait, chain, cycle };

struct wait_event {
  wait_news what;
  std::size_t watch = 0;
  std::string path;
  process_key who; // pid 0: not known
  std::vector<process_key> waits_for;
  nanoseconds waited{0};
  std::uint32_t depth = 0;
  std::string lock; // that it wants
};

class tracker {
 public:
  explicit tracker(const options& o);

  // The files of this reading, and what is news. An age counts from the first reading that showed the same lock in the
  // same hands, so that it is never too long.
  void update(const lock_rows& rows, nanoseconds now);
  const watched_files& files() const noexcept { return files_; }
  const std::vector<wait_event>& news() const noexcept { return news_; }

 private:
  // Lock and holder.
  using lock_key =
      std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, std::uint32_t, process_key>;
  struct memory {
    nanoseconds first_seen{0};
    std::uint64_t seen_in = 0; // number of the update
    bool told[3] = {false, false, false};
  };

  void add_lock(const lock_rows& rows, const reeve_lock_row& row, const std::vector<std::size_t>& watches,
                const std::string& path, nanoseconds now);
  void tell(memory& m, wait_news what, const wait_event& event);

  const options& options_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> watches_of_; // a pattern's
  std::map<lock_key, memory> seen_;
  std::uint64_t updates_ = 0;
  watched_files files_;
  std::vector<wait_event> news_;
};

} // namespace reeve::file_lock
