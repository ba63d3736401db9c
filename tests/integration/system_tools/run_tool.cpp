// SPDX-License-Identifier: Apache-2.0
#include "run_tool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <sys/wait.h>

namespace reeve::test {

std::string run_tool(const std::string& command) {
  std::string out;
  FILE* const pipe = ::popen(command.c_str(), "re");
  if (!pipe) {
    ADD_FAILURE() << "cannot start: " << command;
    return out;
  }
  std::array<char, 64 * 1024> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
    out.append(buffer.data(), got);
  const int status = ::pclose(pipe);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 127) << "not installed? " << command;
  return out;
}

} // namespace reeve::test
