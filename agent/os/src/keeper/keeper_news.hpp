// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/os/keeper_record.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

// What a keeper says instead of a record when another one is at work in its folder.
inline constexpr std::string_view taken_news = "taken\n.\n";

// Takes what is whole off `text`, which a keeper wrote into its pipe so far.
std::vector<keeper_record> take_news(std::string& text, std::uint64_t incarnation);

} // namespace reeve::os
