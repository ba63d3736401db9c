// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/endpoint.hpp"
#include "reeve/config/problem_list.hpp"
#include "reeve/config/table_reader.hpp"
#include "reeve/config/webhook_settings.hpp"

#include <optional>
#include <vector>

namespace reeve::config {

// [webhook], if it is there. `listen` is that of [http], `rules` are those of the file. Reads the files that it names its secrets in.
std::optional<webhook_settings> read_webhook(table_reader& root, const std::vector<endpoint>& listen,
                                             const std::vector<rule_settings>& rules, problem_list& problems);

} // namespace reeve::config
