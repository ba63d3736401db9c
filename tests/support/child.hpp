// SPDX-License-Identifier: Apache-2.0
// A program started by a test. Whatever the test does next, the program ends with this object.
#pragma once

#include "reeve/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::test {

using std::chrono::milliseconds;

enum class child_stdin { empty, held_open }; // empty: end of file at once; held_open: until close_stdin()

struct child_options {
  std::filesystem::path program; // absolute, or relative to this process's directory; no search in PATH
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>>
      environment;                         // added to this process's, replacing equal names
  std::filesystem::path working_directory; // empty: this process's
  std::filesystem::path output_file;       // stdout and stderr, appended in the order written
  std::filesystem::path stdin_file;        // overrides `input`
  child_stdin input = child_stdin::empty;
};

// Start it from a thread that lives as long as the child: on Linux the child dies with that thread
// (prctl(2), PR_SET_PDEATHSIG), so that a crashed test leaves nothing behind. One thread at a time.
class child {
 public:
  static result<child> start(const child_options& options);

  child(child&&) noexcept;
  child& operator=(child&&) noexcept;
  ~child(); // kills it if it still runs, and waits for it

  std::int64_t pid() const noexcept;

  // The exit code once it has ended; nullopt if it still ran when `bound` had passed. On Linux a death by
  // signal N is 128 + N, as a shell reports it.
  std::optional<int> wait(milliseconds bound);
  bool running() { return !wait(milliseconds(0)); }

  // On Windows each child has a console of its own for these two. Wine 8 cannot send Ctrl+Break:
  // errc::unsupported.
  result<> terminate(); // asks it to end: SIGTERM, Ctrl+Break
  result<> interrupt(); // SIGINT, Ctrl+C
  result<> hang_up();   // SIGHUP; errc::unsupported on Windows
  result<> kill();      // ends this one process at once
  void close_stdin();   // the child reads end of file; nothing happens if it is closed already

  // What it has written so far to output_file; empty if there is none.
  std::string output() const;

 private:
  struct state; // one per system
  explicit child(std::unique_ptr<state> s);
  void end() noexcept;
  std::unique_ptr<state> state_;
  std::filesystem::path output_file_;
};

// Starts it, waits at most `bound`, and hands back its exit code; past the bound it is killed:
// errc::timed_out.
struct finished_child {
  int exit_code = 0;
  std::string output;
};
result<finished_child> run(const child_options& options, milliseconds bound);

// One argument as CommandLineToArgvW and the C runtime read it back (Microsoft, "Parsing C command-line
// arguments").
std::string quote_windows_argument(std::string_view argument);

std::int64_t own_pid() noexcept;

// "NAME" on Linux, "NAME.exe" on Windows.
std::filesystem::path executable_name(std::string_view name);

} // namespace reeve::test
