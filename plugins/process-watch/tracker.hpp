// SPDX-License-Identifier: Apache-2.0
// Who is in which group, from one reading of the process table to the next, and what each group counted.
#pragma once

#include "measures.hpp"
#include "options.hpp"
#include "process_rows.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace reeve::process_watch {

// Handles of the host's series, kept with what they show. They belong to emission; the tracker only hands
// over those of what is gone.
struct series_handles {
  std::vector<std::uint64_t> of_measures; // 0: not asked for yet
  // Of a process only: the labels of these change while it lives.
  std::uint64_t state = 0;
  std::uint64_t info = 0;
  std::uint64_t windows_info = 0;
  std::uint32_t shown_state = 0;
  std::uint32_t shown_parent = 0;
};

struct group {
  std::string name; // fit for a label
  measures sum;
  std::uint32_t members = 0;
  std::uint32_t shown = 0;             // members with series of their own
  bool overflow = false;               // takes in what there is no room for
  bool idle = false;                   // about to be dropped
  std::uint64_t last_seen_mono_ns = 0; // last reading at which it had a member or one had just ended
  std::unique_ptr<series_handles> series;
};

inline constexpr std::uint32_t no_rule = 0xFFFFFFFF;

// One living process. The key beside it is its pid: at any moment a pid is one process.
struct process {
  std::uint64_t start = 0;
  std::uint64_t name_hash = 0;
  std::uint64_t texts_hash = 0; // of the other texts that decide on its group and labels
  counters last{};
  group* in = nullptr; // null: nobody's
  group* descent =
      nullptr; // the nearest group with include_children among its ancestors, as of its birth here
  std::unique_ptr<series_handles> series;
  const reeve_process_row* row = nullptr; // of the reading being taken in; dangles after it
  std::uint32_t pid = 0;
  std::uint32_t rule_index = no_rule;
  std::uint32_t descent_rule = no_rule;
  std::uint32_t seen = 0;  // the round it was last seen in
  std::uint32_t texts = 0; // which of the deciding texts were present
  bool pending = true;     // its group is still to be found
  bool in_chain = false;
  bool is_new = true; // began after the reading before
  bool shown = false; // has, or may have, series of its own
};

class tracker {
 public:
  explicit tracker(const options& o);
  tracker(const tracker&) = delete;
  tracker& operator=(const tracker&) = delete;

  // Takes one reading in. `breathe` is called now and then and may throw to cancel: the next reading then
  // makes up for it, except for short-lived processes not yet counted.
  void update(const process_rows& rows, const std::function<void()>& breathe);

  // Every living process, in the order of the rows of the last update(), whose table must still be valid.
  const std::vector<process*>& living() const noexcept { return living_; }
  std::unordered_map<std::string, group>& groups() noexcept { return groups_; }

  // Series of what is gone, to be dropped before any is asked for: a pid may be back already.
  std::vector<std::unique_ptr<series_handles>>& discarded() noexcept { return discarded_; }

  // Living processes in "other" because there was no room for a group, and without the series they should
  // have.
  std::uint64_t folded() const noexcept { return folded_; }
  std::uint64_t unshown() const noexcept { return unshown_; }

 private:
  struct verdict {
    group* in = nullptr;
    std::uint32_t rule_index = no_rule;
  };
  using breath = std::function<void()>;

  void take_rows(const process_rows& rows);
  process* take_row(const reeve_process_row& row, const process_rows& rows);
  void forget_the_vanished();
  void find_groups(const process_rows& rows, const breath& breathe);
  void find_group_after_ancestors(process& p, const process_rows& rows, const breath& breathe);
  void settle(process& p, const process* parent, const process_rows& rows);
  void add_short_lived(const process_rows& rows, const breath& breathe);
  void sum_up();
  void grant_series();
  void drop_idle_groups();

  verdict judge(const subject& s, group* descent, std::uint32_t descent_rule);
  void inherit(group*& descent, std::uint32_t& descent_rule, const process& parent) const noexcept;
  process* parent_of(const reeve_process_row& row);
  group& group_named(const std::string& name);
  bool wants_series(const process& p) const noexcept;
  std::uint32_t series_limit(const process& p) const noexcept;
  void leave(process& p);
  void retire(process& p);
  void give_up_series(process& p);
  bool changed(const process& p, const reeve_process_row& row, const process_rows& rows) const noexcept;
  std::uint64_t texts_hash(const reeve_process_row& row, const process_rows& rows) const noexcept;

  const options& options_;
  const std::uint32_t deciding_texts_;
  const bool shows_processes_;

  std::unordered_map<std::uint32_t, process> processes_; // by pid
  std::unordered_map<std::string, group> groups_;        // by name
  std::vector<process*> living_;
  std::vector<process*> chain_;
  std::vector<group*> idle_;
  std::vector<std::unique_ptr<series_handles>> discarded_;
  captures captures_;

  std::uint32_t round_ = 0;
  std::uint32_t total_shown_ = 0;
  std::uint64_t now_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t folded_ = 0;
  std::uint64_t unshown_ = 0;
  bool had_reading_ = false;
};

} // namespace reeve::process_watch
