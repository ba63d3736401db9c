// SPDX-License-Identifier: Apache-2.0
// An agent with every plugin, and something to see for each: processes that come and go, connections to a declared
// endpoint, a declared port that is missing, a process that leaks, a lock that somebody waits for, rules that fire now and
// then and an alert from outside.
#pragma once

#include "linux/test_socket.hpp"
#include "tests/support/agent_process.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace reeve::test {

class agent_under_load {
 public:
  static constexpr int missing_port = 9; // declared, and held by nobody

  // The processes that end by themselves do so after `lifetime`.
  static result<std::unique_ptr<agent_under_load>> start(std::chrono::seconds lifetime);

  agent_process& agent() noexcept { return *agent_; }
  void read_log(); // takes what has come to the system's log, which is a socket of this object

 private:
  agent_under_load() = default;
  // Starts a program of tests/support; done when it has written the line that begins with `ready`, which is returned.
  result<std::string> begin(const std::string& program, std::vector<std::string> arguments,
                            const std::string& ready);
  std::string plugins(const std::string& crowd_port) const;
  std::string rules() const;
  result<> send_alert();

  temp_dir folder_;
  const std::string locked_ = (folder_ / "locked").string(), journal_path_ = (folder_ / "journal").string();
  eventlog_writer::test_socket journal_{journal_path_};
  std::vector<child> load_;
  std::unique_ptr<agent_process> agent_;
};

} // namespace reeve::test
