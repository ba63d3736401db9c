// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "locks/lock_lines.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace reeve::cli {

// {"files": [{"path", "openings": [...], "locks": [...]}], "problems": [...], ...}; what is not known has no member.
// Ranges are in bytes, `end` is the last byte and missing when the lock has no end.
boost::json::value to_json(const os::file_lock_rows& table, const std::vector<std::string>& asked,
                           const process_names& names);

} // namespace reeve::cli
