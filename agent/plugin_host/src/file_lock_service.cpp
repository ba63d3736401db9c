// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/file_lock_service.hpp"

#include "extensions.hpp"

#include <algorithm>
#include <utility>

namespace reeve::plugin_host {

// The ABI's numbers are agent/os's, so that no table translates them.
static_assert(REEVE_LOCK_DELEGATION == static_cast<int>(os::lock_kind::delegation));
static_assert(REEVE_LOCK_DELEGATION + 1 == os::lock_kinds);
static_assert(REEVE_LOCK_WRITE == static_cast<int>(os::lock_mode::write));
static_assert(REEVE_OPEN_EXECUTABLE == static_cast<int>(os::opening_kind::executable));
static_assert(REEVE_OPEN_EXECUTABLE + 1 == os::opening_kinds);
static_assert(REEVE_UNRESOLVED_UNSEEN == static_cast<int>(os::unresolved_reason::unseen));
static_assert(REEVE_FILE_DELETED == os::locked_file::deleted && REEVE_FILE_FOLDER == os::locked_file::folder);
static_assert(REEVE_ACCESS_READ == os::file_opening::reads && REEVE_ACCESS_WRITE == os::file_opening::writes);
static_assert(REEVE_LOCK_WAITING == os::lock_row::waiting && REEVE_LOCK_BREAKING == os::lock_row::breaking &&
              REEVE_LOCK_IN_CYCLE == os::lock_row::in_cycle);

namespace {

std::uint32_t count(std::size_t n) noexcept {
  return static_cast<std::uint32_t>(n);
}

reeve_lock_row to_abi(const os::lock_row& r) noexcept {
  reeve_lock_row out{};
  out.start = r.start;
  out.end = r.end;
  out.taker = r.taker;
  out.file = r.file;
  out.kind = static_cast<std::uint8_t>(r.kind);
  out.mode = static_cast<std::uint8_t>(r.mode);
  out.flags = r.flags;
  out.unresolved = static_cast<std::uint8_t>(r.unresolved);
  out.first_holder = r.first_holder;
  out.n_holders = r.holders;
  out.first_blocker = r.first_blocker;
  out.n_blockers = r.blockers;
  out.depth = r.depth;
  return out;
}

reeve_file_opening to_abi(const os::file_opening& o) noexcept {
  reeve_file_opening out{};
  out.start = o.id.start;
  out.pid = o.id.pid;
  out.file = o.file;
  out.descriptor = o.descriptor;
  out.how = static_cast<std::uint8_t>(o.how);
  out.access = o.access;
  return out;
}

} // namespace

void file_lock_service::wish::add(const wish& other) {
  what |= other.what;
  patterns.insert(other.patterns.begin(), other.patterns.end());
}

bool file_lock_service::wish::covers(const wish& other) const {
  return (other.what & ~what) == 0 &&
         std::includes(patterns.begin(), patterns.end(), other.patterns.begin(), other.patterns.end());
}

file_lock_service::file_lock_service(const clock& time, make_table make)
    : time_(time), make_(std::move(make)),
      readings_(time, "file lock table",
                [this](const wish& all, file_lock_reading& out) { return make_reading(all, out); }) {}

result<> file_lock_service::want(subscriber who, std::uint32_t what, std::set<std::string> patterns) {
  if (patterns.size() > max_patterns)
    return error{errc::limit, cat("more than ", max_patterns, " paths and patterns of files"), 0};
  readings_.want(who, {what, std::move(patterns)});
  return {};
}

void file_lock_service::forget(subscriber who) {
  readings_.forget(who);
}

result<std::shared_ptr<const file_lock_reading>>
file_lock_service::read(subscriber who, nanoseconds not_before, nanoseconds deadline) {
  return readings_.read(who, not_before, deadline);
}

result<> file_lock_service::make_reading(const wish& all, file_lock_reading& out) {
  if (!table_) {
    auto made = make_();
    if (!made) return made.error();
    table_ = *std::move(made);
  }
  os::file_lock_request request;
  request.all = (all.what & REEVE_FILES_ALL_LOCKS) != 0;
  request.openings = (all.what & REEVE_FILES_OPENINGS) != 0;
  request.mappings = (all.what & REEVE_FILES_MAPPINGS) != 0;
  request.paths.assign(all.patterns.begin(), all.patterns.end());
  const nanoseconds began = time_.mono();
  if (auto done = table_->read(request, raw_); !done) return done;
  const nanoseconds duration = time_.mono() - began;

  out.text.clear();
  out.patterns.clear();
  for (const std::string& pattern : request.paths) {
    out.patterns.push_back({count(out.text.size()), count(pattern.size()), REEVE_OK, 0});
    out.text += pattern;
  }
  for (const os::path_problem& p : raw_.problems)
    out.patterns[p.asked].status = status_of(p.why.code);
  out.files.clear();
  out.pattern_refs.clear();
  for (const os::locked_file& f : raw_.files) {
    reeve_locked_file& file = out.files.emplace_back();
    file = {};
    file.device = f.device;
    file.inode = f.inode;
    file.path_offset = count(out.text.size());
    file.path_length = count(f.path.size());
    file.first_pattern = count(out.pattern_refs.size());
    file.n_patterns = count(f.asked_by.size());
    file.flags = f.flags;
    out.text += f.path;
    out.pattern_refs.insert(out.pattern_refs.end(), f.asked_by.begin(), f.asked_by.end());
  }
  out.openings.clear();
  for (const os::file_opening& o : raw_.openings)
    out.openings.push_back(to_abi(o));
  out.locks.clear();
  for (const os::lock_row& r : raw_.locks)
    out.locks.push_back(to_abi(r));
  out.holders.clear();
  for (const os::lock_holder& h : raw_.holders)
    out.holders.push_back({h.id.start, h.id.pid, h.descriptor});
  out.blockers = raw_.blockers;
  out.unreadable_processes = raw_.unreadable_processes;
  out.unplaced_locks = raw_.unplaced_locks;

  const std::scoped_lock lock(mutex_);
  stats_.last_duration = duration;
  stats_.rows = out.locks.size() + out.openings.size();
  stats_.readings_total += 1;
  stats_.unreadable_processes = out.unreadable_processes;
  stats_.unanswered_handles = raw_.unanswered_handles;
  stats_.backend = table_->backend();
  return {};
}

file_lock_stats file_lock_service::stats() const {
  const std::scoped_lock lock(mutex_);
  return stats_;
}

} // namespace reeve::plugin_host
