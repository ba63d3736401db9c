// SPDX-License-Identifier: Apache-2.0
#include "linux/socket_owners.hpp"

#include "linux/process_reader.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <utility>

namespace reeve::os {

namespace {
constexpr const char* network_namespace = "ns/net"; // a link "net:[NUMBER]", see namespaces(7)
} // namespace

std::size_t inode_index::slot_of(std::uint64_t inode) const noexcept {
  // Numbers are given out in sequence; Fibonacci hashing spreads them over the high bits.
  const auto shift = 64 - std::countr_zero(slots_.size());
  return static_cast<std::size_t>((inode * 0x9E3779B97F4A7C15u) >> shift);
}

void inode_index::fill(const std::vector<socket_row>& rows) {
  slots_.assign(std::bit_ceil(std::max<std::size_t>(rows.size() * 2, 2)), {});
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    if (rows[row].inode == 0) continue;
    std::size_t at = slot_of(rows[row].inode);
    while (slots_[at].inode != 0)
      at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {rows[row].inode, row};
  }
}

std::uint32_t inode_index::find(std::uint64_t inode) const noexcept {
  for (std::size_t at = slot_of(inode); slots_[at].inode != 0; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at].inode == inode) return slots_[at].row;
  return none;
}

void socket_owner_finder::look_into(std::uint32_t pid, socket_rows& table) {
  const std::size_t first = holdings_.size();
  const auto visit = [&](std::uint32_t descriptor, std::string_view target) {
    const auto inode = parse::parse_socket_link(target);
    const std::uint32_t row = inode ? index_.find(*inode) : inode_index::none;
    if (row == inode_index::none) return false;
    holdings_.push_back({row, {{pid, 0}, descriptor}});
    return true;
  };
  proc_path path(pid);
  proc_files::descriptors_seen seen;
  int problem = 0;
  bool listed = files_.each_descriptor(path, visit, seen, problem);
  if (listed && seen.count == 0) {
    // Nothing is open, or the main thread has ended while others run on: those still have the descriptors.
    const auto stat = parse::parse_stat(files_.read(path.file("stat"), problem));
    const std::uint32_t thread = stat && stat->state == 'Z' ? files_.living_thread(pid) : 0;
    if (thread != 0) {
      path = proc_path(pid, thread);
      listed = files_.each_descriptor(path, visit, seen, problem);
    }
  }
  if (!listed && proc_denied(problem)) ++table.unreadable_processes;
  if (listed && seen.start && !our_namespace_.empty()) {
    const std::string_view namespace_of_it = files_.read_link(path.file(network_namespace), problem);
    if (!namespace_of_it.empty() && namespace_of_it != our_namespace_) ++table.processes_elsewhere;
  }
  if (!seen.start) holdings_.resize(first); // it has gone, and its sockets with it
  for (std::size_t i = first; i < holdings_.size(); ++i)
    holdings_[i].owner.id.start = *seen.start;
}

// Holdings of one row become neighbours; of several descriptors of one process the lowest stays.
void socket_owner_finder::distribute(socket_rows& table) {
  for (const holding& h : holdings_)
    ++table.rows[h.row].owners;
  std::uint32_t next = 0;
  for (socket_row& row : table.rows) {
    row.first_owner = next;
    next += row.owners;
    row.owners = 0;
  }
  table.owners.resize(next);
  for (const holding& h : holdings_) {
    socket_row& row = table.rows[h.row];
    socket_owner* const owners = table.owners.data() + row.first_owner;
    // A process's descriptors were listed one after the other, in ascending order.
    if (row.owners > 0 && owners[row.owners - 1].id == h.owner.id) continue;
    owners[row.owners++] = h.owner;
  }
}

void socket_owner_finder::count_unowned(socket_rows& table) {
  for (const socket_row& row : table.rows) {
    if (row.owners > 0) continue;
    const unowned_reason why = row.inode == 0                    ? unowned_reason::none
                               : table.unreadable_processes != 0 ? unowned_reason::access_denied
                                                                 : unowned_reason::unseen;
    ++table.unowned[static_cast<std::size_t>(why)];
  }
}

result<> socket_owner_finder::find(socket_rows& table, bool remember) {
  index_.fill(table.rows);
  holdings_.clear();
  int problem = 0;
  our_namespace_ = files_.read_link(cat("self/", network_namespace).c_str(), problem);
  if (!files_.list(pids_)) return posix_error(errno, "cannot list processes to find the owners of sockets");
  for (const std::uint32_t pid : pids_)
    look_into(pid, table);
  distribute(table);
  count_unowned(table);
  if (!remember) return {};
  memory_.clear();
  remembered_unreadable_ = table.unreadable_processes;
  remembered_elsewhere_ = table.processes_elsewhere;
  for (const socket_row& row : table.rows) {
    if (row.inode == 0) continue;
    if (row.owners == 0) memory_.push_back({row.inode, false, {}});
    for (std::uint32_t i = 0; i < row.owners; ++i)
      memory_.push_back({row.inode, true, table.owners[row.first_owner + i]});
  }
  std::stable_sort(memory_.begin(), memory_.end(),
                   [](const memory& a, const memory& b) { return a.inode < b.inode; });
  return {};
}

bool socket_owner_finder::still_holds(const memory& m) {
  proc_path path(m.owner.id.pid);
  char link[16] = "fd/";
  *std::to_chars(link + 3, link + sizeof link - 1, m.owner.descriptor).ptr = '\0';
  int problem = 0;
  if (parse::parse_socket_link(files_.read_link(path.file(link), problem)) != m.inode) return false;
  const auto stat = parse::parse_stat(files_.read(path.file("stat"), problem));
  return stat && stat->start_ticks == m.owner.id.start;
}

bool socket_owner_finder::find_remembered(socket_rows& table) {
  std::vector<socket_owner> owners;
  for (socket_row& row : table.rows) {
    row.first_owner = static_cast<std::uint32_t>(owners.size());
    row.owners = 0;
    if (row.inode == 0) continue;
    auto at = std::lower_bound(memory_.begin(), memory_.end(), row.inode,
                               [](const memory& m, std::uint64_t inode) { return m.inode < inode; });
    if (at == memory_.end() || at->inode != row.inode) return false;
    for (; at != memory_.end() && at->inode == row.inode; ++at) {
      if (!at->owned) continue;
      if (!still_holds(*at)) return false;
      owners.push_back(at->owner);
      ++row.owners;
    }
  }
  table.owners = std::move(owners);
  table.unreadable_processes = remembered_unreadable_;
  table.processes_elsewhere = remembered_elsewhere_;
  count_unowned(table);
  return true;
}

} // namespace reeve::os
