// SPDX-License-Identifier: Apache-2.0
#include "reeve/cli/command_line.hpp"
#include "reeve/os/helper.hpp"

int main(int argc, char** argv) {
  if (const auto status = reeve::os::run_as_helper(argc, argv)) return *status;
  return reeve::cli::main(argc, argv);
}
