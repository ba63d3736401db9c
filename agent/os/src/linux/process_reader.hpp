// SPDX-License-Identifier: Apache-2.0
// Reads the fields of one process that have a price of their own into what is known of it.
#pragma once

#include "linux/proc_files.hpp"
#include "linux/process_cache.hpp"
#include "parse/proc_pid.hpp"
#include "reeve/os/process_table.hpp"

#include <cerrno>
#include <cstdint>

namespace reeve::os {

inline bool proc_gone(int problem) noexcept {
  return problem == ENOENT || problem == ESRCH;
}
inline bool proc_denied(int problem) noexcept {
  return problem == EACCES || problem == EPERM;
}

// One process while its row is made.
struct process_subject {
  std::uint32_t pid;
  proc_path path; // its folder, or that of a living thread
  parse::pid_stat stat;
  known_process& known;
  bool zombie = false;
  bool kernel_thread = false;
  bool fresh = false; // it may have changed its face: cached texts are not trusted
};

class process_reader {
 public:
  explicit process_reader(proc_files files);

  proc_files& files() noexcept { return files_; }
  std::uint64_t page_bytes() const noexcept { return page_bytes_; }

  // Once per reading of the table. Context switches are taken from PID/status (the main thread's alone) when
  // told so.
  void begin(process_fields wanted, bool switches_from_status);
  void look_at_living_thread(process_subject& s);
  // False when the process has gone; what could not be read is noted in s.known.
  bool read(process_subject& s, process_fields fields);

 private:
  bool note(process_subject& s, process_field field, int problem);
  bool read_executable(process_subject& s);
  bool read_command_line(process_subject& s);
  bool read_user(process_subject& s);
  bool read_private_memory(process_subject& s);
  bool read_io(process_subject& s);
  bool read_handles(process_subject& s);
  bool read_limit(process_subject& s);
  bool read_status(process_subject& s, process_fields fields);

  proc_files files_;
  std::uint64_t page_bytes_ = 4096;
  bool switches_from_status_ = false;
  bool nothing_swapped_ = false;
};

} // namespace reeve::os
