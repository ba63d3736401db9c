// SPDX-License-Identifier: Apache-2.0
// The log of this system, neutrally: the journal or syslog on Linux, the Event Log on Windows. One of linux/ and
// windows/ is built, as CMakeLists.txt says.
#pragma once

#include "record.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace reeve::eventlog_writer {

struct system_log_options {
  std::string backend = "auto";     // one of system_log_backends()
  std::string identifier = "reeve"; // Linux: SYSLOG_IDENTIFIER and the tag of syslog
  std::string journal_socket = "/run/systemd/journal/socket"; // Linux
  std::string syslog_socket = "/dev/log";                     // Linux
};

enum class write_result : std::uint8_t {
  written,
  later,     // the log is away or full
  impossible // this record will never be taken
};

class system_log {
 public:
  virtual ~system_log() = default;
  // Never blocks; connects anew when it must.
  virtual write_result write(const record& r) = 0;
  // Which log the last write went to, "journal" for example; empty before the first.
  virtual std::string_view backend() const noexcept = 0;
  // Why the last write did not succeed.
  virtual const std::string& trouble() const noexcept = 0;
};

// Opens nothing yet.
std::unique_ptr<system_log> make_system_log(system_log_options options);

// What `backend` may be on this system; "auto" first.
std::span<const std::string_view> system_log_backends() noexcept;

} // namespace reeve::eventlog_writer
