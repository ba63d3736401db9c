// SPDX-License-Identifier: Apache-2.0
// Options with a closed set of words. Help shows the words, the completion offers them, a typing error names
// the nearest.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class Option;
}

namespace reeve::cli {

CLI::Option* take_one_of(CLI::Option* option, std::vector<std::string> words);

// The words of such an option; empty for any other.
std::vector<std::string> words_of(const CLI::Option& option);

} // namespace reeve::cli
