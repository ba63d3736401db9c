// SPDX-License-Identifier: Apache-2.0
// Options with a closed set of words: help shows the words, the completion offers them, a typing error names the
// nearest. And durations within bounds.
#pragma once

#include "reeve/base/clock.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace reeve::cli {

CLI::Option* take_one_of(CLI::Option* option, std::vector<std::string> words);

// For CLI::Validator: what is wrong with `text` as a duration from `least` to `most`, named by `range`; empty: nothing.
std::string check_duration(const std::string& text, nanoseconds least, nanoseconds most, const char* range);

// -t, --timeout TIME: how long a verb waits for what it asked for; 1ms to 24h, "1m" unless given. `text` is checked.
void take_timeout(CLI::App& verb, std::string& text);

// The words of such an option; empty for any other.
std::vector<std::string> words_of(const CLI::Option& option);

} // namespace reeve::cli
