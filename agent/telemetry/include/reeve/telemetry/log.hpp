// SPDX-License-Identifier: Apache-2.0
// The agent's log. One line per event, to standard error or to a file that is rotated by size:
//   2026-11-23T12:00:00.123Z WARN  plugin: quarantined plugin=foo reason="deadline passed"
//   {"time":"2026-11-23T12:00:00.123Z","level":"warn","component":"plugin","message":"quarantined","fields":{"plugin":"foo"}}
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace reeve {

enum class log_level : std::uint8_t { trace, debug, info, warn, error };
inline constexpr std::size_t log_level_count = 5;

const char* name_of(log_level level) noexcept; // "warn"
std::optional<log_level> log_level_from(std::string_view name) noexcept;

struct log_field {
  std::string_view key; // written by a programmer: letters, digits, _ . and -; anything else becomes _
  std::string value;    // anything, from anywhere
};

struct log_options {
  log_level level = log_level::info; // lines below it are not written
  bool json = false;
  std::string file;                          // UTF-8; empty = standard error; folders are made
  std::uint64_t max_size_bytes = 10'000'000; // a line that would pass it begins a new file; at least 1
  std::uint32_t max_files = 5; // full files kept beside the current one: NAME.1.EXT is the youngest
  nanoseconds repeat_window = std::chrono::minutes(1); // zero = write every line
  const clock* time = nullptr;                         // null = system_clock(); must outlive the logger
};

// Lines since the start, by level.
struct log_counters {
  using by_level = std::array<std::uint64_t, log_level_count>; // index: static_cast<std::size_t>(log_level)
  by_level written{};
  by_level suppressed{}; // repeats; those that a line with repeated=N has told of are included
  by_level dropped{};    // the sink refused them: a full disk, a closed pipe
};

// Safe from any thread; no member throws. A write is one system call under a lock. Outside text stays on its
// line: control and bidirectional characters are escaped, invalid UTF-8 is replaced, a line is cut at 16 KiB.
//
// A line equal in level, component, message and fields to one written less than repeat_window ago is counted
// and not written. When its window has passed the line is written once more with repeated=N, the number that
// was left out, and a new window begins. At most 256 lines are remembered; the oldest gives way.
class logger {
 public:
  // Fails when the file cannot be opened.
  static result<std::unique_ptr<logger>> create(const log_options& options);
  ~logger(); // flushes
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;

  bool enabled(log_level level) const noexcept;
  void set_level(log_level level) noexcept;
  void write(log_level level, std::string_view component, std::string_view message,
             std::initializer_list<log_field> fields = {}) noexcept;

  void report_repeats() noexcept; // of windows that have passed. write() does so too; call it now and then in
                                  // silence
  void flush() noexcept;          // reports all repeats, passed or not
  log_counters counters() const noexcept;

 private:
  struct state;
  explicit logger(std::unique_ptr<state> initial) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace reeve
