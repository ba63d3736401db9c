// SPDX-License-Identifier: Apache-2.0
// What one process has open: how many of its descriptors or handles are of which kind, and what some of them lead to.
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

enum class handle_kind : std::uint8_t {
  other,
  file,   // a regular one
  folder, // of the file system
  socket,
  pipe, // with a name or without
  event, // what is waited for. Linux: eventfd, timerfd, signalfd, epoll, inotify, fanotify; Windows: events, mutants,
  // semaphores, timers, completion ports
  device,        // terminals among them
  shared_memory, // Linux: memfd and what is in /dev/shm; Windows: sections
  process,       // Linux: pidfd
  thread,        // Windows only
  registry_key,  // Windows only
};
inline constexpr std::size_t handle_kinds = 11;
const char* name_of(handle_kind k) noexcept; // "shared_memory"

using handle_kind_set = std::uint32_t; // bit 1u << kind
constexpr handle_kind_set set_of(handle_kind k) noexcept {
  return 1u << static_cast<unsigned>(k);
}
inline constexpr handle_kind_set all_handle_kinds = (1u << handle_kinds) - 1;

struct open_file {
  std::uint64_t handle = 0; // Linux: the descriptor
  handle_kind kind = handle_kind::other;
  // As the system writes it: "/var/log/x (deleted)", "socket:[123]"; raw bytes, not necessarily UTF-8. Empty: the
  // system tells none, as of most events on Windows.
  std::string name;
};

// One reading. The caller hands it back to be filled again.
struct open_files {
  std::array<std::uint64_t, handle_kinds> by_kind{};
  // Those whose kind was not found out: beyond open_files_reader::max_handles, or hidden from this account.
  std::uint64_t left_out = 0;
  std::vector<open_file> targets; // by rising handles

  std::uint64_t of(handle_kind k) const noexcept { return by_kind[static_cast<std::size_t>(k)]; }
};

struct open_files_request {
  // Of these kinds the targets with the highest handles, which a process that leaks opened last.
  handle_kind_set target_kinds = all_handle_kinds;
  std::size_t max_targets = 0; // 0: only counts, which is cheaper
};

struct open_files_options {
  std::string proc_root = "/proc"; // Linux only; a folder of recorded files in tests
  // Windows only: the program that is started to look at handles. Empty: this one, if its main calls run_as_helper()
  // (reeve/os/helper.hpp). Where there is none, files, folders, sockets, pipes and devices are left out.
  std::string helper_program;
};

// Not thread-safe: one reading at a time.
class open_files_reader {
 public:
  static constexpr std::uint64_t max_handles = 100'000; // that one reading looks at; the rest is only counted

  static result<std::unique_ptr<open_files_reader>> create(const open_files_options& options = {});
  virtual ~open_files_reader() = default;

  // Handles come and go meanwhile. errc::not_found: the process has ended, also if another has its pid by now;
  // errc::access_denied, with what mends it: it is there and may not be looked into. `out` is then unspecified.
  virtual result<> read(process_id id, const open_files_request& wanted, open_files& out) = 0;

  virtual std::string_view backend() const noexcept = 0; // "procfs", "handle_list"
};

} // namespace reeve::os
