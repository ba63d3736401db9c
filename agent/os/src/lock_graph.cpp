// SPDX-License-Identifier: Apache-2.0
#include "lock_graph.hpp"

#include "reeve/base/process_id.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>

namespace reeve::os {

namespace {

bool is_waiting(const lock_row& r) noexcept {
  return (r.flags & lock_row::waiting) != 0;
}

std::span<const lock_holder> holders_of(const file_lock_rows& t, const lock_row& r) {
  return std::span(t.holders).subspan(r.first_holder, r.holders);
}

// fcntl(2): record locks of both sorts exclude each other; flock(2) locks are apart from them.
int family_of(lock_kind k) noexcept {
  switch (k) {
  case lock_kind::posix:
  case lock_kind::ofd:
    return 1;
  case lock_kind::flock:
    return 2;
  case lock_kind::lease:
  case lock_kind::delegation:
    return 3;
  case lock_kind::other:
    break;
  }
  return 0;
}

// The waiter's own lock, which it wants changed.
bool same_owner(const file_lock_rows& t, const lock_row& waiter, const lock_row& held) {
  if (waiter.kind != held.kind) return false;
  if (waiter.kind == lock_kind::posix) return waiter.taker == held.taker;
  for (const lock_holder& w : holders_of(t, waiter))
    for (const lock_holder& h : holders_of(t, held))
      if (w.descriptor >= 0 && w.id == h.id && w.descriptor == h.descriptor) return true;
  return false;
}

bool conflict(const file_lock_rows& t, const lock_row& waiter, const lock_row& held) {
  return !is_waiting(held) && family_of(waiter.kind) == family_of(held.kind) &&
         (waiter.mode == lock_mode::write || held.mode == lock_mode::write) && waiter.start <= held.end &&
         held.start <= waiter.end && !same_owner(t, waiter, held);
}

class chains {
 public:
  explicit chains(file_lock_rows& table) : table_(table) {
    for (std::uint32_t i = 0; i < table_.locks.size(); ++i)
      if (is_waiting(table_.locks[i]))
        for (const lock_holder& h : holders_of(table_, table_.locks[i]))
          waits_of_[h.id].push_back(i);
  }

  void mark() {
    for (std::uint32_t i = 0; i < table_.locks.size(); ++i) {
      lock_row& row = table_.locks[i];
      if (!is_waiting(row)) continue;
      row.depth = depth_of(i);
      if (reaches_itself(i)) row.flags |= lock_row::in_cycle;
    }
  }

 private:
  // Calls f with each process that row `i` waits for.
  template <class F>
  void each_blocking_process(std::uint32_t i, F&& f) const {
    const lock_row& row = table_.locks[i];
    for (std::uint32_t b = 0; b < row.blockers; ++b)
      for (const lock_holder& h : holders_of(table_, table_.locks[table_.blockers[row.first_blocker + b]]))
        f(h.id);
  }
  // Calls f with each waiting row that row `i` waits for through a process other than its own.
  template <class F>
  void each_next(std::uint32_t i, F&& f) const {
    const auto own = holders_of(table_, table_.locks[i]);
    each_blocking_process(i, [&](const process_id& p) {
      if (std::any_of(own.begin(), own.end(), [&](const lock_holder& h) { return h.id == p; })) return;
      if (const auto waits = waits_of_.find(p); waits != waits_of_.end())
        for (const std::uint32_t next : waits->second)
          f(next);
    });
  }

  // Longest path, each row once; a cycle ends it. Without recursion, as chains may be long.
  std::uint32_t depth_of(std::uint32_t first) {
    struct step {
      std::uint32_t row;
      std::vector<std::uint32_t> next;
      std::size_t at = 0;
      std::uint32_t deepest = 0;
    };
    if (const auto known = depths_.find(first); known != depths_.end()) return known->second;
    std::vector<step> path;
    const auto enter = [&](std::uint32_t row) {
      step s{row, {}, 0, 0};
      each_next(row, [&](std::uint32_t n) { s.next.push_back(n); });
      depths_[row] = 0; // on the path: a way back to it adds nothing
      path.push_back(std::move(s));
    };
    enter(first);
    for (;;) {
      step& top = path.back();
      if (top.at < top.next.size()) {
        const std::uint32_t next = top.next[top.at++];
        if (const auto known = depths_.find(next); known != depths_.end())
          top.deepest = std::max(top.deepest, known->second);
        else
          enter(next);
        continue;
      }
      const std::uint32_t depth = top.deepest + 1;
      depths_[top.row] = depth;
      path.pop_back();
      if (path.empty()) return depth;
      path.back().deepest = std::max(path.back().deepest, depth);
    }
  }

  bool reaches_itself(std::uint32_t first) const {
    const auto own = holders_of(table_, table_.locks[first]);
    std::vector<bool> seen(table_.locks.size());
    std::vector<std::uint32_t> open{first};
    bool found = false;
    while (!open.empty() && !found) {
      const std::uint32_t row = open.back();
      open.pop_back();
      if (row != first)
        each_blocking_process(row, [&](const process_id& p) {
          found |= std::any_of(own.begin(), own.end(), [&](const lock_holder& h) { return h.id == p; });
        });
      each_next(row, [&](std::uint32_t next) {
        if (seen[next]) return;
        seen[next] = true;
        open.push_back(next);
      });
    }
    return found;
  }

  file_lock_rows& table_;
  std::unordered_map<process_id, std::vector<std::uint32_t>> waits_of_; // rows in which a process waits
  std::unordered_map<std::uint32_t, std::uint32_t> depths_;
};

} // namespace

void connect_waiters(file_lock_rows& table, const std::vector<std::uint32_t>& listed_under) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> held_on; // by file
  for (std::uint32_t i = 0; i < table.locks.size(); ++i)
    if (!is_waiting(table.locks[i])) held_on[table.locks[i].file].push_back(i);
  table.blockers.clear();
  for (std::uint32_t i = 0; i < table.locks.size(); ++i) {
    lock_row& row = table.locks[i];
    row.first_blocker = static_cast<std::uint32_t>(table.blockers.size());
    row.blockers = 0;
    if (!is_waiting(row)) continue;
    for (const std::uint32_t held : held_on[row.file])
      if (held == listed_under[i] || conflict(table, row, table.locks[held])) {
        table.blockers.push_back(held);
        ++row.blockers;
      }
  }
  chains(table).mark();
}

} // namespace reeve::os
