// SPDX-License-Identifier: Apache-2.0
// Children for tests with real processes: each waits for what the test tells it, none outlives its object.
#pragma once

#include "posix/unique_fd.hpp"
#include "reeve/os/process_table.hpp"

#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace reeve::os::live {

// A line between two processes. Both ends are closed on exec.
class signal_line {
 public:
  signal_line() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) ADD_FAILURE() << "pipe2";
    reading_.reset(ends[0]);
    writing_.reset(ends[1]);
  }
  void send() const {
    const char byte = 'x';
    if (::write(writing_.get(), &byte, 1) != 1) ::_exit(99);
  }
  // Blocks until send(), or until nobody can send any more; false after ten seconds without either.
  bool wait() const {
    pollfd ready{reading_.get(), POLLIN, 0};
    if (::poll(&ready, 1, 10'000) != 1) return false;
    char byte;
    return ::read(reading_.get(), &byte, 1) >= 0;
  }
  void close_writing() { writing_.reset(); }
  int reading() const { return reading_.get(); }

 private:
  unique_fd reading_;
  unique_fd writing_;
};

// A forked child that runs `body` (async-signal-safe calls only when this process has threads) and then exits
// 0.
class child {
 public:
  template <class F>
  explicit child(F&& body) : pid_(::fork()) {
    if (pid_ != 0) return;
    body();
    ::_exit(0);
  }
  ~child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    reap();
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_); }
  void kill() const { ::kill(pid_, SIGKILL); }
  void wait_until_zombie() const {
    siginfo_t info{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT), 0);
  }
  int reap() {
    int status = -1;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

inline const process_row* find(const process_rows& rows, std::uint32_t pid) {
  for (const auto& row : rows.rows)
    if (row.id.pid == pid) return &row;
  return nullptr;
}

} // namespace reeve::os::live
