// SPDX-License-Identifier: Apache-2.0
// The registration that lets a system's log show the text of our events. Windows has one, in the registry; the journal and
// syslog take events of anybody, so on Linux there is nothing to install. Safe from any thread.
#pragma once

#include "reeve/base/result.hpp"

#include <string>

namespace reeve::os {

// What eventlog-writer writes as, on Windows.
inline constexpr const char* event_source_name = "Reeve";

struct event_source {
  bool needed = false; // false: nothing to install on this system; the rest is empty then
  bool installed = false;
  std::string message_file; // absolute, as registered
  bool message_file_there = false;
};

// errc::access_denied when the registration may not be read.
result<event_source> read_event_source();

// Registers the source, or renews it. `message_file` is absolute. errc::access_denied without an administrator's rights,
// errc::not_found when there is no such file, errc::unsupported where nothing is needed.
result<> install_event_source(const std::string& message_file);

// One that is not installed is no error. errc::access_denied and errc::unsupported as above.
result<> uninstall_event_source();

// The message file beside the running program; empty where none is needed. It need not be there.
std::string default_message_file();

} // namespace reeve::os
