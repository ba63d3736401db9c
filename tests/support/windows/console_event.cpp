// SPDX-License-Identifier: Apache-2.0
// console_event PID c|break: sends Ctrl+C or Ctrl+Break to everything on that process's console. A program of
// its own, because the sender has to leave its console for the other one. Status 2: this system cannot send
// that event.
#include <windows.h>

#include <cstdlib>
#include <cstring>

namespace {
BOOL WINAPI ignore_event(DWORD) {
  return TRUE;
}
} // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  ::FreeConsole();
  if (!::AttachConsole(std::strtoul(argv[1], nullptr, 10))) return 1;
  ::SetConsoleCtrlHandler(ignore_event, TRUE); // the sender is on that console too
  const DWORD event = std::strcmp(argv[2], "break") == 0 ? CTRL_BREAK_EVENT : CTRL_C_EVENT;
  return ::GenerateConsoleCtrlEvent(event, 0) ? 0 : 2; // group 0: all on this console
}
