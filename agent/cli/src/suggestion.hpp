// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace reeve::cli {

// What is wrong with a command line that the parser refused, when that is a verb or an option that does not
// exist, with the nearest that does. `arguments` without the program's name. Empty: it is something else.
std::string unknown_word(const CLI::App& root, std::span<const char* const> arguments);

} // namespace reeve::cli
