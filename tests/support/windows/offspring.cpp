// SPDX-License-Identifier: Apache-2.0
// offspring END PROGRAM [WORD...]   starts it on its own console with its own standard handles, says "pid N" of it, and ends
//                                   with the exit code END, or stays if that is "stay"; status 100: it does not start
#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::string line = '"' + std::string(argv[2]) + '"';
  for (int i = 3; i < argc; ++i)
    line += std::string(" \"") + argv[i] + '"';
  STARTUPINFOA startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION made{};
  if (!CreateProcessA(nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &startup, &made)) {
    std::printf("error %lu\n", GetLastError());
    return 100;
  }
  std::printf("pid %lu\n", made.dwProcessId);
  std::fflush(stdout);
  if (std::string(argv[1]) == "stay") Sleep(INFINITE);
  return std::atoi(argv[1]);
}
