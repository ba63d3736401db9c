// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <set>
#include <string_view>

namespace reeve::app {

// errc::limit: "2 processes hold port 80: process 12 (nginx), process 13 (httpd)", of a few of them.
error several_hold(std::string_view what, const std::set<process_id>& who);

} // namespace reeve::app
