// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/process_id.hpp"

#include <string>

namespace reeve::os {

// All of a short file, of /proc for instance; empty where it cannot be read.
std::string read_small_file(const std::string& path);

// With its start stamp; 0 where it is gone.
process_id identity_of(std::uint32_t pid);

} // namespace reeve::os
