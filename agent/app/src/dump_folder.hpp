// SPDX-License-Identifier: Apache-2.0
// Memory dumps of processes: NAME-PID-UNIXSECONDS.core, or .dmp, of which the newest are kept.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace reeve::app {

// The file that was written. Blocks; see os::dump_process. The folder is made, for this account alone, where it is missing.
result<std::string> write_dump(const std::string& folder, std::size_t keep, const process_id& id,
                               std::string_view program, nanoseconds unix_time, nanoseconds patience);

} // namespace reeve::app
