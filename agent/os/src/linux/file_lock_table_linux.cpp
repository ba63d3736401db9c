// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/file_lock_table.hpp"

#include "linux/lock_matching.hpp"
#include "linux/lock_scan.hpp"
#include "linux/lock_targets.hpp"
#include "linux/proc_files.hpp"
#include "lock_graph.hpp"
#include "parse/proc_locks.hpp"
#include "posix/error.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

namespace reeve::os {

namespace {

constexpr int attempts = 3; // at a list that takes several reads, between which it may change

// Leaves out what was only looked at, so that every file is one that was asked for or has a lock that was.
void keep_what_was_asked(bool all, file_lock_rows& out) {
  if (!all) {
    std::vector<std::uint32_t> places(out.locks.size());
    std::vector<lock_row> locks;
    for (std::size_t i = 0; i < out.locks.size(); ++i) {
      if (out.files[out.locks[i].file].asked_by.empty()) continue;
      places[i] = static_cast<std::uint32_t>(locks.size());
      locks.push_back(out.locks[i]);
    }
    std::vector<std::uint32_t> blockers; // always of the same file
    for (lock_row& l : locks) {
      const std::uint32_t first = l.first_blocker;
      l.first_blocker = static_cast<std::uint32_t>(blockers.size());
      for (std::uint32_t i = 0; i < l.blockers; ++i)
        blockers.push_back(places[out.blockers[first + i]]);
    }
    out.locks = std::move(locks);
    out.blockers = std::move(blockers);
  }
  std::vector<bool> wanted(out.files.size());
  for (std::size_t i = 0; i < out.files.size(); ++i)
    wanted[i] = !out.files[i].asked_by.empty();
  for (const lock_row& l : out.locks)
    wanted[l.file] = true;
  std::vector<std::uint32_t> places(out.files.size());
  std::vector<locked_file> files;
  for (std::size_t i = 0; i < out.files.size(); ++i) {
    if (!wanted[i]) continue;
    places[i] = static_cast<std::uint32_t>(files.size());
    files.push_back(std::move(out.files[i]));
  }
  out.files = std::move(files);
  for (lock_row& l : out.locks)
    l.file = places[l.file];
  for (file_opening& o : out.openings)
    o.file = places[o.file];
}

class linux_file_lock_table final : public file_lock_table {
 public:
  explicit linux_file_lock_table(proc_files files) : files_(std::move(files)) {}

  result<> read(const file_lock_request& wanted, file_lock_rows& out) override {
    out.clear();
    mounts_.clear();
    targets_.resolve(wanted, out);
    if (auto listed = list_locks(lines_, out.unreadable_lines); !listed) return listed;
    // Also those of other files: a chain of waiting may lead through them.
    lock_scan::wishes wishes;
    wishes.openings = wanted.openings && !wanted.paths.empty();
    wishes.mappings = wishes.openings && wanted.mappings;
    for (const parse::lock_line& line : lines_)
      if (line.has_file) wishes.locked_inodes.insert(line.what.inode);
    if (auto looked = scan(std::move(wishes), out); !looked) return looked;

    std::uint64_t ignored = 0;
    if (!lines_.empty())
      if (auto again = list_locks(again_, ignored); !again) return again;
    connect_waiters(out, matching_.match(lines_, again_, out));
    for (const lock_row& l : out.locks)
      if (!wanted.all && targets_.seeks_by_path() && out.files[l.file].path.empty()) ++out.unplaced_locks;
    keep_what_was_asked(wanted.all, out);
    std::erase_if(out.problems, [&](const path_problem& p) { return was_found_elsewhere(p, out); });
    return {};
  }

  std::string_view backend() const noexcept override { return "procfs"; }

 private:
  result<> list_locks(std::vector<parse::lock_line>& lines, std::uint64_t& not_understood) {
    std::string before;
    for (int attempt = 1;; ++attempt) {
      std::size_t pieces = 0;
      if (!files_.read_whole("locks", text_, &pieces))
        return posix_error(errno, "cannot read the kernel's list of locks");
      if (pieces <= 1 || attempt == attempts || text_ == before) break;
      before = text_;
    }
    lines.clear();
    not_understood = parse::parse_locks(text_, lines);
    return {};
  }

  result<> scan(lock_scan::wishes wishes, file_lock_rows& out) {
    const bool openings = wishes.openings;
    scan_.begin(std::move(wishes));
    if (lines_.empty() && !openings) return {};
    // A record lock is of the process that took it. Any other may be in the hands of an heir.
    const bool takers_only =
        !openings && std::all_of(lines_.begin(), lines_.end(), [](const parse::lock_line& l) {
          return l.what.kind == lock_kind::posix && l.what.pid > 0;
        });
    if (takers_only) {
      pids_.clear();
      for (const parse::lock_line& line : lines_)
        if (line.what.pid <= INT32_MAX) pids_.push_back(static_cast<std::uint32_t>(line.what.pid));
      std::sort(pids_.begin(), pids_.end());
      pids_.erase(std::unique(pids_.begin(), pids_.end()), pids_.end());
    } else if (!files_.list(pids_)) {
      return posix_error(errno, "cannot list processes to find who holds files");
    }
    for (const std::uint32_t pid : pids_)
      scan_.look_into(pid, out);
    return {};
  }

  // A file that does not exist any more is no problem when somebody still holds it.
  static bool was_found_elsewhere(const path_problem& p, const file_lock_rows& out) {
    return p.why.code == errc::not_found &&
           std::any_of(out.files.begin(), out.files.end(), [&](const locked_file& f) {
             return std::find(f.asked_by.begin(), f.asked_by.end(), p.asked) != f.asked_by.end();
           });
  }

  proc_files files_;
  mount_map mounts_{files_};
  lock_targets targets_{files_, mounts_};
  lock_scan scan_{files_, mounts_, targets_};
  lock_matching matching_{files_, targets_, scan_};
  std::vector<parse::lock_line> lines_, again_;
  std::vector<std::uint32_t> pids_;
  std::string text_;
};

} // namespace

result<std::unique_ptr<file_lock_table>> file_lock_table::create(const file_lock_table_options& options) {
  auto files = proc_files::open(std::string(options.proc_root));
  if (!files) return files.error();
  return std::make_unique<linux_file_lock_table>(*std::move(files));
}

} // namespace reeve::os
