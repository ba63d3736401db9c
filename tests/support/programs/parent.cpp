// SPDX-License-Identifier: Apache-2.0
// parent PROGRAM ARGUMENT...   starts it, says "ready PID" and ends it with its own standard input
#include "tests/support/child.hpp"

#include <iostream>
#include <string>

int main(int argc, char** argv) {
  using namespace reeve::test;
  if (argc < 2) return 2;
  child_options how;
  how.program = argv[1];
  how.arguments.assign(argv + 2, argv + argc);
  how.input = child_stdin::held_open;
  auto started = child::start(how);
  if (!started) {
    std::cerr << started.error().message << '\n';
    return 1;
  }
  std::cout << "ready " << started->pid() << std::endl;
  while (std::cin.get() != std::char_traits<char>::eof()) {
  }
  return 0;
}
