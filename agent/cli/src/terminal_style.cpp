// SPDX-License-Identifier: Apache-2.0
#include "terminal_style.hpp"

#include "reeve/os/terminal.hpp"

#include <cstdlib>

namespace reeve::cli {

table_style style_of_output() {
  table_style style;
  const auto terminal = os::terminal(1);
  if (!terminal) return style;
  const char* no_colour = std::getenv("NO_COLOR"); // https://no-color.org: set and not empty
  style.width = terminal->columns;
  style.colours = terminal->colours && !(no_colour && *no_colour);
  return style;
}

} // namespace reeve::cli
