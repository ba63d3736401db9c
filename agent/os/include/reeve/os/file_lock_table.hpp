// SPDX-License-Identifier: Apache-2.0
// Who holds a file open, who has locked it, and who waits for a lock.
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

enum class lock_kind : std::uint8_t {
  other,
  posix,      // fcntl(F_SETLK): of a process, on bytes
  ofd,        // fcntl(F_OFD_SETLK): of an open file description, on bytes; children inherit it
  flock,      // flock(): of an open file description, on the whole file; children inherit it
  lease,      // fcntl(F_SETLEASE)
  delegation, // of the kernel's NFS server
};
inline constexpr std::size_t lock_kinds = 6;
const char* name_of(lock_kind k) noexcept;

enum class lock_mode : std::uint8_t { other, read, write };
const char* name_of(lock_mode m) noexcept;

enum class opening_kind : std::uint8_t {
  other, // the system does not tell how
  descriptor,
  mapping,
  working_directory,
  root_directory,
  executable,
};
inline constexpr std::size_t opening_kinds = 6;
const char* name_of(opening_kind k) noexcept; // "working_directory"

// Why nobody is named for a lock, or no path for a file.
enum class unresolved_reason : std::uint8_t {
  none,
  access_denied, // a process may have it whose descriptors this account may not see
  unseen,        // nobody seen from here: another pid namespace, the kernel itself, a descriptor in flight
};
inline constexpr std::size_t unresolved_reasons = 3;
const char* name_of(unresolved_reason r) noexcept;

inline constexpr std::uint64_t lock_to_the_end = UINT64_MAX; // lock_row::end of a lock without an end

struct locked_file {
  // In flags.
  static constexpr std::uint32_t deleted = 1u << 0; // no name leads to it any more; `path` is its last one
  static constexpr std::uint32_t folder = 1u << 1;

  std::string path;         // absolute, links resolved; raw bytes. Empty: nobody who is seen has it open
  std::uint64_t device = 0; // Linux: the file system's own number, major << 20 | minor
  std::uint64_t inode = 0;
  std::uint32_t flags = 0;
  std::vector<std::uint32_t> asked_by; // places in file_lock_request::paths; empty: only because of `all`
};

// One process has one of the files open, in one way. Several descriptors of a process are several openings.
struct file_opening {
  static constexpr std::uint8_t reads = 1u << 0, writes = 1u << 1; // in access

  process_id id;
  std::uint32_t file = 0; // in file_lock_rows::files
  opening_kind how = opening_kind::other;
  std::uint8_t access = 0;      // 0: not told
  std::int32_t descriptor = -1; // Windows: the handle; -1: not by a descriptor, or not told
};

struct lock_holder {
  process_id id;
  std::int32_t descriptor = -1; // the process's lowest one with this lock; -1: not seen
};

struct lock_row {
  // In flags.
  static constexpr std::uint8_t waiting = 1u << 0;  // not held: somebody wants it
  static constexpr std::uint8_t breaking = 1u << 1; // a lease that its holder was told to give up
  static constexpr std::uint8_t in_cycle = 1u << 2; // waits for somebody who, in the end, waits for it

  std::uint32_t file = 0; // in file_lock_rows::files
  lock_kind kind = lock_kind::other;
  lock_mode mode = lock_mode::other;
  std::uint8_t flags = 0;
  unresolved_reason unresolved = unresolved_reason::none; // why there is no holder
  // Of a waiting one: how long its chain is. 1: it waits for somebody who waits for nobody. 0 when held.
  std::uint32_t depth = 0;
  std::uint64_t start = 0, end = lock_to_the_end; // first and last byte
  // The process that took it, as the kernel names it; it may have ended while heirs hold on. 0 or less: not named.
  std::int64_t taker = 0;
  std::uint32_t first_holder = 0, holders = 0;   // in file_lock_rows::holders: who holds it, or who waits
  std::uint32_t first_blocker = 0, blockers = 0; // in file_lock_rows::blockers: what a waiting one waits for
};

struct file_lock_request {
  bool all = false;      // every lock of the machine, of whatever file
  bool openings = true;  // who has the files of `paths` open, locked or not
  bool mappings = false; // and who has them mapped only: costs a reading of every process's memory map
  // A file; a folder, which stands for itself and everything below it; or a pattern: * and ? within a name, ** across
  // folders. A file of exactly that name goes before the pattern. Absolute or relative to the working directory.
  std::vector<std::string> paths;
};

struct path_problem {
  std::uint32_t asked = 0; // place in file_lock_request::paths
  error why;
};

// One reading. The caller hands it back to be filled again.
struct file_lock_rows {
  std::vector<locked_file> files; // each once: those asked for, and those that locks are on
  std::vector<file_opening> openings;
  std::vector<lock_row> locks;
  std::vector<lock_holder> holders;
  std::vector<std::uint32_t> blockers;    // places in `locks`
  std::vector<path_problem> problems;     // paths that could not be looked at, or match too much
  std::uint64_t unreadable_processes = 0; // looked into, and this account may not see their descriptors
  // Locks on a file whose path is not known, so that it may be below a folder or match a pattern that was asked for.
  std::uint64_t unplaced_locks = 0;
  std::uint64_t unreadable_lines = 0; // of the kernel's list that were not understood
  // Windows: file handles that did not tell a path: it cannot be had, they did not answer in time, or were not asked
  // because too many others had not. Any of them may be one of `files`.
  std::uint64_t unanswered_handles = 0;

  void clear();
};

struct file_lock_table_options {
  std::string_view proc_root = "/proc"; // Linux only
  // Windows only: the program that is started to ask handles for their names. Empty: this one, if its main calls
  // run_as_helper() (reeve/os/helper.hpp). Where there is none, handles are not looked at.
  std::string helper_program;
};

// Not thread-safe: one reading at a time.
class file_lock_table {
 public:
  static result<std::unique_ptr<file_lock_table>> create(const file_lock_table_options& options = {});
  virtual ~file_lock_table() = default;

  // Locks and openings come and go meanwhile. A lock that nobody could be found for is a row with the reason. Since
  // when a lock is held no system tells. Fails only when the table as a whole cannot be read; `out` is then
  // unspecified.
  virtual result<> read(const file_lock_request& wanted, file_lock_rows& out) = 0;

  virtual std::string_view
  backend() const noexcept = 0; // of the last reading: "procfs", "restart_manager", "handle_list"
};

} // namespace reeve::os
