// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/problem_list.hpp"
#include "reeve/config/remedy_settings.hpp"
#include "reeve/config/table_reader.hpp"

namespace reeve::config {

// What is done about something: steps, or one of them beside the name, and how often. Without any it is an event.
void read_response(table_reader& in, response_settings& out, problem_list& problems);

} // namespace reeve::config
