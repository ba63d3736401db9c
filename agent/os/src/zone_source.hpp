// SPDX-License-Identifier: Apache-2.0
// Where the system keeps its time zones.
#pragma once

#include "reeve/os/time_zone.hpp"

#include <string>

namespace reeve::os {

result<time_zone> read_local_zone();
result<time_zone> read_named_zone(const std::string& name); // of the characters that such names have

error no_such_zone(std::string_view name);

} // namespace reeve::os
