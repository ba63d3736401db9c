// SPDX-License-Identifier: Apache-2.0
// What is kept of a job between agents, as the text of its file "job". Times are seconds of the wall clock.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/supervise/job_machine.hpp"

#include <string>
#include <string_view>

namespace reeve::supervise {

std::string to_text(const job_memory& m);
result<job_memory> job_memory_from_text(std::string_view text);

} // namespace reeve::supervise
