// SPDX-License-Identifier: Apache-2.0
#include "linux/lock_matching.hpp"

#include "parse/proc_pid.hpp"

#include <algorithm>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <map>
#include <set>
#include <sys/syscall.h>
#include <unistd.h>

namespace reeve::os {

namespace {

// Whether two descriptors are one open file (kcmp(2)); nothing where the kernel does not tell.
std::optional<bool> same_open_file(const lock_sighting& a, const lock_sighting& b) {
  const long answer = ::syscall(SYS_kcmp, a.id.pid, b.id.pid, KCMP_FILE, a.descriptor, b.descriptor);
  if (answer < 0) return std::nullopt;
  return answer == 0;
}

lock_row row_of(const parse::lock_identity& what, bool breaking) {
  lock_row row;
  row.kind = what.kind;
  row.mode = what.mode;
  row.start = what.start;
  row.end = what.end;
  row.taker = what.pid;
  if (breaking) row.flags |= lock_row::breaking;
  return row;
}

} // namespace

std::optional<process_id> lock_matching::identify(std::int64_t pid) {
  if (pid <= 0 || pid > INT32_MAX) return std::nullopt;
  int problem = 0;
  const auto number = static_cast<std::uint32_t>(pid);
  const auto stat = parse::parse_stat(proc_.read(proc_path(number).file("stat"), problem));
  if (!stat) return std::nullopt;
  return process_id{number, stat->start_ticks};
}

unresolved_reason lock_matching::why_nobody(const file_lock_rows& out) const noexcept {
  return out.unreadable_processes != 0 ? unresolved_reason::access_denied : unresolved_reason::unseen;
}

void lock_matching::add_holders(lock_row& row, const sightings& seen, file_lock_rows& out) {
  row.first_holder = static_cast<std::uint32_t>(out.holders.size());
  for (const lock_sighting* s : seen) {
    const auto first = out.holders.begin() + row.first_holder;
    const auto known =
        std::find_if(first, out.holders.end(), [&](const lock_holder& h) { return h.id == s->id; });
    if (known == out.holders.end())
      out.holders.push_back({s->id, s->descriptor});
    else
      known->descriptor = std::min(known->descriptor, s->descriptor);
  }
  row.holders = static_cast<std::uint32_t>(out.holders.size()) - row.first_holder;
}

// Nobody was seen with it. The kernel's word counts where looking was not possible.
void lock_matching::name_taker(lock_row& row, const parse::lock_identity& what, file_lock_rows& out) {
  row.first_holder = static_cast<std::uint32_t>(out.holders.size());
  const auto taker = identify(what.pid);
  const bool bound_to_process = what.kind == lock_kind::posix;
  if (taker && (bound_to_process || scan_.was_denied(taker->pid))) {
    out.holders.push_back({*taker, -1});
    row.holders = 1;
  } else {
    row.unresolved = why_nobody(out);
  }
}

// The kernel names who waits, but not for OFD locks: there the sleeping threads that may reach the file are asked in
// which call they are. Of several that wait for one file each counts for each such lock.
void lock_matching::name_waiter(lock_row& row, const parse::lock_identity& what, file_lock_rows& out) {
  row.first_holder = static_cast<std::uint32_t>(out.holders.size());
  if (const auto waiter = identify(what.pid)) {
    out.holders.push_back({*waiter, -1});
  } else if (what.kind == lock_kind::ofd) {
    std::vector<std::uint32_t> threads;
    for (const file_opening& o : scan_.near_locks()) {
      if (o.file != row.file || !proc_.list_threads(o.id.pid, threads)) continue;
      for (const std::uint32_t thread : threads) {
        int problem = 0;
        const auto call =
            parse::parse_syscall(proc_.read(proc_path(o.id.pid, thread).file("syscall"), problem));
        const bool waits = call && call->number == SYS_fcntl && call->second == F_OFD_SETLKW &&
                           call->first == static_cast<std::uint32_t>(o.descriptor);
        if (!waits) continue;
        out.holders.push_back({o.id, o.descriptor});
        break;
      }
    }
  }
  row.holders = static_cast<std::uint32_t>(out.holders.size()) - row.first_holder;
  if (row.holders == 0) row.unresolved = why_nobody(out);
}

// Equal locks of different open files, each with all who share it.
std::vector<lock_matching::sightings> lock_matching::by_open_file(const sightings& all) const {
  std::vector<sightings> out;
  for (const lock_sighting* s : all) {
    sightings* home = nullptr;
    for (sightings& group : out) {
      const auto same = same_open_file(*group.front(), *s);
      if (!same) return {};
      if (*same) home = &group;
    }
    if (home)
      home->push_back(s);
    else
      out.push_back({s});
  }
  return out;
}

std::vector<std::uint32_t> lock_matching::match(const std::vector<parse::lock_line>& lines,
                                                const std::vector<parse::lock_line>& still_there,
                                                file_lock_rows& out) {
  std::map<parse::lock_identity, std::size_t> times;
  for (const parse::lock_line& line : lines)
    if (line.level == 0) ++times[line.what];
  // Who was seen with a lock, and of equal locks who was seen with each.
  struct seen_locks {
    sightings all;
    std::vector<sightings> apart;
    bool told_apart = false; // false: `apart` is one list of all, who count for each
    std::size_t listed = 0;  // how many of `apart` the kernel's list has, too
  };
  std::map<parse::lock_identity, seen_locks> seen;
  for (const lock_sighting& s : scan_.sightings())
    seen[s.what].all.push_back(&s);
  for (auto& [what, locks] : seen) {
    const auto listed = times.find(what);
    const bool several = listed == times.end() || listed->second > 1;
    if (several && proc_.own_namespace()) locks.apart = by_open_file(locks.all);
    locks.told_apart = !locks.apart.empty();
    if (!locks.told_apart) locks.apart.push_back(locks.all);
  }
  std::set<parse::lock_identity> still_held, still_wanted;
  for (const parse::lock_line& line : still_there)
    (line.level == 0 ? still_held : still_wanted).insert(line.what);

  std::vector<std::uint32_t> listed_under;
  std::uint32_t held = 0;
  bool held_is_there = false;
  const auto put = [&](const lock_row& row) {
    listed_under.push_back(held);
    out.locks.push_back(row);
  };
  for (const parse::lock_line& line : lines) {
    lock_row row = row_of(line.what, line.breaking);
    if (line.level == 0) {
      held = static_cast<std::uint32_t>(out.locks.size());
      row.file = targets_.file_of({line.what.device, line.what.inode}, {}, false, out);
      const auto found = seen.find(line.what);
      if (found == seen.end())
        name_taker(row, line.what, out);
      else if (found->second.listed < found->second.apart.size())
        add_holders(row, found->second.apart[found->second.listed++], out);
      else if (!found->second.told_apart)
        add_holders(row, found->second.all, out);
      else
        name_taker(row, line.what, out);
      held_is_there = row.holders != 0 || still_held.contains(line.what);
      if (held_is_there) put(row);
    } else if (held_is_there && still_wanted.contains(line.what)) { // otherwise it has it by now, or gave up
      row.flags |= lock_row::waiting;
      row.file = out.locks[held].file; // who breaks a lease names no file
      name_waiter(row, line.what, out);
      put(row);
    }
  }
  // Not in the kernel's list: taken a moment ago, or by a process that is gone, seen from inside of a pid namespace.
  for (const auto& [what, locks] : seen)
    for (std::size_t i = locks.listed; i < locks.apart.size(); ++i) {
      const sightings& by = locks.apart[i];
      lock_row row = row_of(what, by.front()->breaking);
      row.file = by.front()->file;
      add_holders(row, by, out);
      held = static_cast<std::uint32_t>(out.locks.size());
      put(row);
    }
  return listed_under;
}

} // namespace reeve::os
