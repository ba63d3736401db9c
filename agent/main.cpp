// SPDX-License-Identifier: Apache-2.0
#include "reeve/cli/command_line.hpp"

int main(int argc, char** argv) {
  return reeve::cli::main(argc, argv);
}
