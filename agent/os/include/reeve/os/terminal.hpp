// SPDX-License-Identifier: Apache-2.0
// What a standard stream can show, for programs that print tables.
#pragma once

#include <optional>

namespace reeve::os {

struct terminal_traits {
  unsigned columns = 80; // of the visible window
  bool colours = false;  // it understands ANSI SGR sequences
};

// fd is 1 or 2. Nothing when it is no terminal. On Windows a console that can show colours is told to.
// Linux: ioctl_tty(2) TIOCGWINSZ; colours unless TERM is "dumb" or unset.
// Windows: GetConsoleScreenBufferInfo, ENABLE_VIRTUAL_TERMINAL_PROCESSING.
std::optional<terminal_traits> terminal(int fd);

// Text beyond ASCII comes out readable. Linux: LC_ALL, else LC_CTYPE, else LANG names UTF-8 (locale(7)).
// Windows: the console's output code page is 65001.
bool utf8_output();

} // namespace reeve::os
