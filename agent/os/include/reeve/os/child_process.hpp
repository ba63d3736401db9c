// SPDX-License-Identifier: Apache-2.0
// Starts programs and tells at once when they end. Each is contained from before its first instruction, with everything
// it starts: on Linux a session and process group of its own, on Windows a job object.
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace reeve::os {

struct child_command {
  std::string program;                                  // absolute; started as it is, without a shell
  std::vector<std::string> args;                        // without the program's own name
  std::string cwd;                                      // empty: the root folder of the system
  std::vector<std::pair<std::string, std::string>> env; // in place of this process's variables of these names
  std::string output; // standard output and error are appended to this file; empty: they are not kept
};

struct child_end {
  bool by_signal = false; // never on Windows
  std::int64_t code = 0;  // the exit code, or the signal's number
};

// One started program. Safe from any thread.
class child_process {
 public:
  virtual ~child_process() = default; // ends nothing
  virtual const process_id& id() const noexcept = 0;

  // SIGTERM to the whole group; Ctrl+Break to the program's console group. unsupported: it has no console that this
  // process shares, or has ended.
  virtual result<> ask_to_end() = 0;
  virtual result<> kill() = 0; // all of the group or job, at once
};

class child_starter {
 public:
  // Once for each program, on the starter's thread, when it has ended. What is left of its group or job was killed
  // before, so that a successor finds its ports and locks free.
  using on_end = std::function<void(child_end)>;

  static result<std::unique_ptr<child_starter>> create();
  // Joins the starter's thread. The programs live on, and nothing is told of their ends any more.
  virtual ~child_starter() = default;

  // The message of an error says which of the program, the folder and the output file is at fault.
  virtual result<std::unique_ptr<child_process>> start(const child_command& command, on_end ended) = 0;
};

} // namespace reeve::os
