// SPDX-License-Identifier: Apache-2.0
// odd_helper: a helper for names of handles that misbehaves as its handles' numbers say. Handle 12: it hangs. 16: it
// ends. 20: it says nonsense. Any other: the handle's number stands for its path.
//
// odd_helper parent PROGRAM: starts PROGRAM as its helper, makes it hang, and says its pid.
#include "windows/helper_process.hpp"
#include "windows/windows.hpp"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <io.h>
#include <iostream>
#include <string>

namespace {

int be_parent(const char* program) {
  std::wstring path;
  for (const char* c = program; *c; ++c)
    path += static_cast<wchar_t>(*c);
  reeve::os::helper_process helper(path, L"");
  if (!helper.start() || !helper.send("4 12 path\n")) return 1;
  std::cout << "helper " << helper.pid() << std::endl;
  Sleep(INFINITE);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  _setmode(_fileno(stdout), _O_BINARY); // the lines' ends are part of what is said
  if (argc == 3) return be_parent(argv[2]);
  std::cout << "ready" << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto question = reeve::os::parse::parse_handle_question(line);
    if (!question) return 2;
    if (question->handle == 12) Sleep(INFINITE);
    if (question->handle == 16) std::_Exit(3);
    if (question->handle == 20)
      std::cout << "what?" << std::endl;
    else
      std::cout << "file " << question->handle << std::endl;
  }
  return 0;
}
