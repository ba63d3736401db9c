// SPDX-License-Identifier: Apache-2.0
// Births of processes as the kernel tells them: the process events connector (cn_proc, linux/cn_proc.h), a
// netlink socket. Needs CAP_NET_ADMIN before Linux 6.6, and the machine's own user and pid namespaces always.
//
// Ends are not listened to: a process that was born before a listing began and is not in it has ended. So the
// agent is woken by forks and execs only, and a lost message about an end cannot keep a record for ever.
#pragma once

#include "linux/proc_files.hpp"
#include "posix/unique_fd.hpp"
#include "reeve/base/result.hpp"

#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace reeve::os {

struct process_birth {
  std::uint32_t pid = 0;
  std::uint32_t ppid = 0;
  std::int64_t mono_ns = 0;    // CLOCK_MONOTONIC at the fork
  std::string name;            // empty while it is the one inherited from `name_from`
  std::uint32_t name_from = 0; // the nearest ancestor that was born before the records began
  std::string executable;      // empty when it could not be read in time, or is the one of `name_from`
  bool executed = false;       // it is not running its parent's program
};

class process_events {
 public:
  static constexpr std::size_t limit = 8192; // births remembered between two readings

  static result<std::unique_ptr<process_events>> start();
  ~process_events();

  process_events(const process_events&) = delete;
  process_events& operator=(const process_events&) = delete;

  enum class verdict { keep, drop };

  // Shows every birth heard of so far (also those still in the socket) to decide(process_birth&).
  template <class F>
  void sift(F&& decide) {
    const std::lock_guard lock(mutex_);
    drain();
    for (std::size_t i = 0; i < replaced_.size();) {
      if (decide(replaced_[i]) == verdict::keep) {
        ++i;
        continue;
      }
      if (i + 1 != replaced_.size()) replaced_[i] = std::move(replaced_.back());
      replaced_.pop_back();
    }
    for (auto at = newest_.begin(); at != newest_.end();)
      at = decide(at->second) == verdict::drop ? newest_.erase(at) : std::next(at);
  }

  // Births that were not recorded: the socket's buffer overran (counted once each time, however many messages
  // were lost) or the list was full.
  std::uint64_t lost_total();

 private:
  explicit process_events(proc_files files) : files_(std::move(files)) {}

  result<> listen();
  bool control(std::uint32_t operation);
  void run();
  bool drain(); // false when there may be more
  void handle(const char* message, std::size_t size);
  void born(std::uint32_t pid, std::uint32_t ppid, std::int64_t mono_ns);
  void executed(std::uint32_t pid);

  proc_files files_;
  unique_fd socket_;
  unique_fd wake_;
  std::mutex mutex_; // guards everything below, and files_ after the start
  std::unordered_map<std::uint32_t, process_birth> newest_;
  std::vector<process_birth> replaced_; // their pid was given to a later birth
  std::uint64_t lost_ = 0;
  bool answered_ = false;
  std::uint32_t answer_ = 0;
  std::thread thread_;
};

} // namespace reeve::os
