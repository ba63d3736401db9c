// SPDX-License-Identifier: Apache-2.0
// What is said between this process and the helper that asks handles of other processes for their names: one line for
// each question, one for each answer, in the same order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reeve::os::parse {

enum class name_wanted : std::uint8_t {
  path, // of a file on a disk; anything else is not asked for its name
  name, // of anything that has one
};

struct handle_question {
  std::uint32_t pid = 0;
  std::uint32_t handle = 0;
  name_wanted wanted = name_wanted::path;
};

enum class handle_outcome : std::uint8_t {
  file, // on a disk; text: its final path, "\\?\C:\..."
  folder,
  pipe,
  socket,
  device, // a console, NUL, a serial line
  other,  // no file object
  denied, // this account may not look into the process
  gone,   // the process or the handle is not there any more
  failed,
  hung,      // said by nobody: the helper did not answer
  not_asked, // said by nobody: too many hung before
};

struct handle_answer {
  handle_outcome outcome = handle_outcome::not_asked;
  std::string text; // UTF-8, empty where it has no name or none was wanted
};

inline constexpr std::string_view helper_is_ready = "ready"; // its first line

// With the end of line. A text with control characters cannot be told apart from the next line: failed.
void append_line(std::string& out, const handle_question& question);
void append_line(std::string& out, const handle_answer& answer);

// Without the end of line; nothing where it is no such line.
std::optional<handle_question> parse_handle_question(std::string_view line);
std::optional<handle_answer> parse_handle_answer(std::string_view line);

} // namespace reeve::os::parse
