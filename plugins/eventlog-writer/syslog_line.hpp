// SPDX-License-Identifier: Apache-2.0
// A record as libc's syslog() would send it to /dev/log. Pure, the same on every system.
#pragma once

#include "record.hpp"

#include <ctime>
#include <string>
#include <string_view>

namespace reeve::eventlog_writer {

// "<30>Nov 25 20:00:00 reeve[42]: message [source name key=value]": facility "daemon", local time, English months
// whatever the locale is.
std::string syslog_line(const record& r, std::string_view identifier, long pid, const std::tm& local);

} // namespace reeve::eventlog_writer
