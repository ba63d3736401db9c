// SPDX-License-Identifier: Apache-2.0
// What several tables of the configuration ask of their values.
#pragma once

#include "reeve/config/cron_expression.hpp"
#include "reeve/config/table_reader.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace reeve::config {

bool is_name(std::string_view text);
inline constexpr std::string_view name_rule = "1 to 64 of a-z, 0-9, _ and -";

bool is_label_name(std::string_view text); // of a metric

bool is_absolute(std::string_view path);

// A relative path would depend on the folder that the service manager happens to start the agent in. Like table_reader's
// read functions; an empty text is let through.
bool read_absolute(table_reader& in, std::string_view key, std::string& out);

std::optional<std::chrono::minutes> time_of_day(std::string_view text); // "02:30"
// The key `days`; all of them where it is not there.
cron_expression::weekday_set read_days(table_reader& in, problem_list& problems);

} // namespace reeve::config
