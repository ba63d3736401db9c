// SPDX-License-Identifier: Apache-2.0
// A program is started under a keeper: a small process of its own that outlives the agent. The keeper is the parent of
// the program and of all that loses its parent beneath it (Linux: child subreaper, prctl(2); Windows: job object); it
// writes the output down, hears of the end, ends what is left, and writes the exit code into its record. So an agent may
// end, crash or be replaced: the next one adopts the keeper by the lock that it holds.
#pragma once

#include "reeve/os/keeper_record.hpp"
#include "reeve/os/launch_command.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

// One way to make a program end.
struct stop_request {
  enum class means : std::uint8_t {
    signal,       // Linux
    close_window, // Windows: WM_CLOSE to each window of its processes
    ctrl_c,       // Windows
    ctrl_break    // Windows
  };
  enum class scope : std::uint8_t {
    program, // it alone
    group,   // its process group
    tree     // every process beneath it
  };
  means by = means::signal;
  int signal = 15;         // Linux: the number
  scope to = scope::group; // Windows: of no account; a console event reaches all on the program's console
};

// The agent's hold on one keeper. Safe from any thread.
class keeper {
 public:
  virtual ~keeper() = default; // ends nothing
  // Asks and does not wait. unsupported: not by these means, on this system or with this program, as close_window with one
  // that shows no window on this process's desktop.
  virtual result<> ask(const stop_request& r) = 0;
  virtual result<> kill() = 0; // the program and everything beneath it
};

// Where a program is kept and as what.
struct keep_place {
  std::string folder; // absolute, exists, of this program alone; holds "record" and "lock"
  // Shown as an argument of the keeper. No other program's meanwhile: what has one name may be ended as one. adopt() takes it
  // to be the last part of the folder.
  std::string name;
  std::uint64_t incarnation = 0; // goes into the record
  std::string fingerprint;       // one line; goes into the record
};

struct found_keeper {
  std::optional<keeper_record> record; // nothing: there is none that can be read
  std::unique_ptr<keeper> alive;       // null: nobody keeps anything in this folder
};

class keeper_host {
 public:
  // The record each time it changes, on the host's thread. The last one has a phase other than starting and running.
  using on_news = std::function<void(const keeper_record&)>;

  // `program`: the keeper's, see keeper_program(). `instance`: of the agent; the programs of each have a place of their
  // own among the system's control groups, where this account may make one.
  static result<std::unique_ptr<keeper_host>> create(const std::string& program, const std::string& instance);
  virtual ~keeper_host() = default; // joins its thread; keepers live on, and no news come any more

  // What is wrong with the command is told by the news (phase failed); an error says that no keeper could be started.
  virtual result<std::unique_ptr<keeper>> launch(const keep_place& where, const launch_command& what,
                                                 on_news told) = 0;
  // What an earlier agent left there. The first news come when something changes after the record that is returned.
  virtual found_keeper adopt(const std::string& folder, on_news told) = 0;
};

// "reeve-keeper" beside the program that runs.
std::string keeper_program();

// The signal of that name, "SIGTERM" or "TERM"; nothing: there is none here, as on Windows.
std::optional<int> signal_number(std::string_view name);

} // namespace reeve::os
