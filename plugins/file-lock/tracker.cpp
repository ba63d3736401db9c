// SPDX-License-Identifier: Apache-2.0
#include "tracker.hpp"

#include <algorithm>
#include <set>

namespace reeve::file_lock {

tracker::tracker(const options& o) : options_(o) {
  for (std::size_t i = 0; i < o.watches.size(); ++i)
    for (const std::string& path : o.watches[i].paths)
      watches_of_[path].push_back(i);
}

void tracker::tell(memory& m, wait_news what, const wait_event& event) {
  bool& told = m.told[static_cast<std::size_t>(what)];
  if (told) return;
  told = true;
  news_.push_back(event);
  news_.back().what = what;
}

void tracker::add_lock(const lock_rows& rows, const reeve_lock_row& row,
                       const std::vector<std::size_t>& watches, const std::string& path, nanoseconds now) {
  const reeve_locked_file& file = rows.file(row.file);
  const bool waiting = (row.flags & REEVE_LOCK_WAITING) != 0;
  const std::string lock = std::string(kind_label(row.kind)) + " " + mode_label(row.mode);
  std::vector<process_key> hands;
  rows.each_holder(row, [&](const reeve_lock_holder& h) { hands.emplace_back(h.pid, h.start); });
  if (!waiting)
    for (const std::size_t w : watches)
      for (const process_key& p : hands) {
        file_holder& holder = files_[{w, path}].holders[p];
        if (holder.lock.empty() || row.mode == REEVE_LOCK_WRITE) holder.lock = lock;
      }
  if (hands.empty()) hands.emplace_back(row.taker > 0 ? static_cast<std::uint32_t>(row.taker) : 0, 0);

  std::vector<process_key> before;
  rows.each_blocker(row, [&](const reeve_lock_row& b) {
    rows.each_holder(b, [&](const reeve_lock_holder& h) { before.emplace_back(h.pid, h.start); });
  });
  std::sort(before.begin(), before.end());
  before.erase(std::unique(before.begin(), before.end()), before.end());

  nanoseconds longest{0};
  for (const process_key& p : hands) {
    const std::uint32_t sort =
        std::uint32_t{row.kind} << 16 | std::uint32_t{row.mode} << 8 | (waiting ? 1u : 0u);
    const auto [place, is_new] =
        seen_.try_emplace(lock_key{file.device, file.inode, row.start, row.end, sort, p});
    memory& m = place->second;
    if (is_new) m.first_seen = now;
    m.seen_in = updates_;
    const nanoseconds age = now - m.first_seen;
    longest = std::max(longest, age);
    if (!waiting) continue;
    const wait_event event{wait_news::long_wait, watches.front(), path, p, before, age, row.depth, lock};
    if (age >= options_.wait_event_after) tell(m, wait_news::long_wait, event);
    if (row.flags & REEVE_LOCK_IN_CYCLE)
      tell(m, wait_news::cycle, event);
    else if (row.depth > 1)
      tell(m, wait_news::chain, event);
  }
  for (const std::size_t w : watches) {
    watched_file& f = files_[{w, path}];
    if (!waiting) {
      f.locked_for = std::max(f.locked_for, std::max(longest, nanoseconds{1}));
      continue;
    }
    ++f.waiters;
    if (row.flags & REEVE_LOCK_IN_CYCLE) ++f.in_cycle;
    f.longest_wait = std::max(f.longest_wait, longest);
  }
}

void tracker::update(const lock_rows& rows, nanoseconds now) {
  ++updates_;
  files_.clear();
  news_.clear();
  const reeve_file_lock_rows& raw = rows.raw();
  std::vector<std::vector<std::size_t>> watches(raw.n_files);
  std::vector<std::string> paths(raw.n_files);
  for (std::uint32_t i = 0; i < raw.n_files; ++i) {
    paths[i] = std::string(rows.path(rows.file(i)));
    std::set<std::size_t> mine;
    rows.each_pattern(rows.file(i), [&](std::string_view pattern) {
      if (const auto found = watches_of_.find(pattern); found != watches_of_.end())
        mine.insert(found->second.begin(), found->second.end());
    });
    watches[i].assign(mine.begin(), mine.end());
    for (const std::size_t w : watches[i])
      files_[{w, paths[i]}];
  }
  for (std::uint32_t i = 0; i < raw.n_openings; ++i) {
    const reeve_file_opening& o = rows.opening(i);
    if (!options_.mappings && o.how == REEVE_OPEN_MAPPING) continue; // another plugin asked
    for (const std::size_t w : watches[o.file])
      files_[{w, paths[o.file]}].holders[{o.pid, o.start}].access |= o.access;
  }
  for (std::uint32_t i = 0; i < raw.n_locks; ++i) {
    const reeve_lock_row& row = rows.lock(i);
    if (!watches[row.file].empty()) add_lock(rows, row, watches[row.file], paths[row.file], now);
  }
  std::erase_if(seen_, [this](const auto& one) { return one.second.seen_in != updates_; });
}

} // namespace reeve::file_lock
