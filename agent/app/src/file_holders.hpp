// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"
#include "reeve/os/file_lock_table.hpp"

#include <string>

namespace reeve::app {

// The process that has locked that file or, without a lock, has it open. errc::not_found: nobody; errc::limit: several, and
// it is not for us to choose; errc::access_denied: somebody whom this account may not see.
result<process_id> holder_of_file(os::file_lock_table& table, const std::string& path);

} // namespace reeve::app
