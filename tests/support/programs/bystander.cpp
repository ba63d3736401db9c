// SPDX-License-Identifier: Apache-2.0
// A process to be looked at:  bystander wait            says "ready", ends with its standard input
//                             bystander print ARG...    each argument in brackets on its own line
//                             bystander environment N   the variable N
//                             bystander directory       where it stands
//                             bystander exit CODE
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "wait") {
    std::cout << "ready" << std::endl;
    while (std::cin.get() != std::char_traits<char>::eof()) {
    }
    return 0;
  }
  if (verb == "print") {
    for (int i = 2; i < argc; ++i)
      std::cout << '[' << argv[i] << "]\n";
    return 0;
  }
  if (verb == "environment" && argc == 3) {
    const char* value = std::getenv(argv[2]);
    std::cout << (value ? value : "(unset)") << '\n';
    return 0;
  }
  if (verb == "directory") {
    std::cout << std::filesystem::current_path().string() << '\n';
    return 0;
  }
  if (verb == "exit" && argc == 3) return std::atoi(argv[2]);
  std::cerr << "bystander wait | print ARG... | environment NAME | directory | exit CODE\n";
  return 2;
}
