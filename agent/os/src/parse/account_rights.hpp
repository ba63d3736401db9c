// SPDX-License-Identifier: Apache-2.0
// What Linux tells of this process's rights. No system header: built and tested everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reeve::os::parse {

// The line "CapEff:" of /proc/self/status, as the set of its bits (capabilities(7)).
std::optional<std::uint64_t> parse_effective_capabilities(std::string_view status) noexcept;

// The option hidepid of the /proc that /proc/self/mountinfo has mounted last on /proc (proc(5)): "0", "1", "2", "4", or a
// name such as "invisible". Empty: no such option.
std::string parse_hidepid(std::string_view mountinfo);

} // namespace reeve::os::parse
