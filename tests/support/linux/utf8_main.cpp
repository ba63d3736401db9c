// SPDX-License-Identifier: Apache-2.0
#include "tests/support/utf8_main.hpp"

#include <cstdlib>

namespace reeve::test {

std::optional<std::string> environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

void write_bytes_as_they_are() {}

} // namespace reeve::test

int main(int argc, char** argv) {
  return utf8_main(argc, argv);
}
