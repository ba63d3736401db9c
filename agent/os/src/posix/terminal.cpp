// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/terminal.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace reeve::os {

std::optional<terminal_traits> terminal(int fd) {
  if (::isatty(fd) != 1) return std::nullopt;
  terminal_traits out;
  winsize size{};
  // A serial line has no size: all zero.
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) out.columns = size.ws_col;
  const char* kind = std::getenv("TERM");
  out.colours = kind && *kind && std::string_view(kind) != "dumb";
  return out;
}

bool utf8_output() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (!value || !*value) continue;
    std::string locale = value;
    std::transform(locale.begin(), locale.end(), locale.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

} // namespace reeve::os
