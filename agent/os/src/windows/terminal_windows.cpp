// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/terminal.hpp"

#include "windows/windows.hpp"

namespace reeve::os {

std::optional<terminal_traits> terminal(int fd) {
  const HANDLE stream = GetStdHandle(fd == 2 ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE);
  CONSOLE_SCREEN_BUFFER_INFO info{};
  DWORD mode = 0;
  if (!GetConsoleMode(stream, &mode) || !GetConsoleScreenBufferInfo(stream, &info)) return std::nullopt;
  terminal_traits out;
  out.columns = static_cast<unsigned>(info.srWindow.Right - info.srWindow.Left + 1);
  constexpr DWORD wanted = ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING;
  out.colours = (mode & wanted) == wanted || SetConsoleMode(stream, mode | wanted) != 0;
  return out;
}

bool utf8_output() {
  return GetConsoleOutputCP() == CP_UTF8;
}

} // namespace reeve::os
