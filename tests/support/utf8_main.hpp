// SPDX-License-Identifier: Apache-2.0
// The main of a program that tests start, for one whose texts are UTF-8 on both systems. On Windows those of main() are in
// a code page that has not every character.
#pragma once

#include <optional>
#include <string>

int utf8_main(int argc, char** argv); // the program's own

namespace reeve::test {

std::optional<std::string> environment_variable(const char* name);

// From now on standard output gets no carriage returns of Windows'.
void write_bytes_as_they_are();

} // namespace reeve::test
