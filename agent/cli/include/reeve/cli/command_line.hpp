// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace reeve::cli {

// Parses the command line and runs the verb it names. Returns the process's exit status; `reeve --help` lists them.
int main(int argc, char** argv);

} // namespace reeve::cli
