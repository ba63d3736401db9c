// SPDX-License-Identifier: Apache-2.0
// Which kind of handle the suspects of a leak_watch leak. Only they and candidates are looked into, few at a time. Knows
// no host and no system, as leak_watch.
#pragma once

#include "leak_watch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reeve::handle_leak {

struct kind_count {
  std::string_view kind; // "socket"; of static storage
  std::uint64_t count = 0;
};

// Why the kinds of a process are not known.
enum class unread_reason : std::uint8_t { access_denied, vanished, unsupported, limit, failed };
inline constexpr std::array all_unread_reasons{unread_reason::access_denied, unread_reason::vanished,
                                               unread_reason::unsupported, unread_reason::limit,
                                               unread_reason::failed};
const char* name_of(unread_reason r) noexcept;

class kind_reader {
 public:
  virtual ~kind_reader() = default;
  // How many handles of which kinds that process has; false with `why`.
  virtual bool counts(std::uint32_t pid, std::uint64_t start, std::vector<kind_count>& out,
                      unread_reason& why) = 0;
  // Where the youngest handle of that kind leads; empty: not known.
  virtual std::string example(std::uint32_t pid, std::uint64_t start, std::string_view kind) = 0;
};

struct leaking_kind {
  static constexpr std::string_view unknown = "unknown";

  std::string_view kind = unknown;
  std::uint64_t count = 0; // of this kind, when it was last read
  std::string example;     // when the suspicion began
};

class kind_watch {
 public:
  static constexpr std::uint64_t ticks_between = 10; // two readings of a suspect

  // At most so many processes are read in a tick.
  explicit kind_watch(std::size_t max_readings) : max_readings_(max_readings) {}

  // After each reading of the watch.
  void update(const leak_watch& watch, kind_reader& reader);

  // Null: that process is not suspected to leak handles, and was not within the last `ticks_between`.
  const leaking_kind* of(std::uint32_t pid, std::uint64_t start) const;
  std::uint64_t unread_total(unread_reason r) const noexcept { return unread_[static_cast<std::size_t>(r)]; }

 private:
  struct entry {
    std::uint64_t start = 0;
    std::vector<kind_count> first; // as a candidate
    bool suspected = false, was_suspected = false, named = false, told_of_limit = false;
    std::uint64_t seen_at = 0, tried_at = 0; // in ticks; 0: never
    leaking_kind leaks;
  };
  struct turn {
    std::uint32_t pid;
    entry* of;
  };
  void note_all(const leak_watch& watch);
  void look_at(std::uint32_t pid, entry& e, kind_reader& reader);
  void forget_old();

  std::size_t max_readings_;
  std::uint64_t tick_ = 0;
  std::unordered_map<std::uint32_t, entry> entries_; // by pid; no more than the watch has processes
  std::vector<turn> turns_;                          // of this tick
  std::vector<kind_count> now_;
  std::array<std::uint64_t, all_unread_reasons.size()> unread_{};
};

} // namespace reeve::handle_leak
