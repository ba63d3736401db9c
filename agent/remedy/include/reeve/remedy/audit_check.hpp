// SPDX-License-Identifier: Apache-2.0
// Reads the audit log of an agent, running or not, and finds out whether it is as it was written.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/remedy/audit_entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reeve::remedy {

// Where an agent keeps it. `state_folder` is the agent's own, with the instance's name at its end.
std::string audit_file(const std::string& state_folder);
// PATH and the full files beside it that are there, the oldest first.
std::vector<std::string> audit_files(const std::string& path);

struct audit_report {
  struct problem {
    std::string file;
    std::uint64_t line = 0; // counts from 1; 0: the file as a whole
    std::string what;
  };
  std::size_t files = 0;
  std::uint64_t entries = 0;
  std::uint64_t actions = 0;   // that were begun
  std::uint64_t not_ended = 0; // of these; in flight, or the agent did not live to see it
  std::uint64_t recorded = 0;  // torn, missing and unwritten lines that the log itself tells of, by entries
  std::optional<problem> problem; // the first one; nothing after it was looked at
};

// Of audit_files(path). errc::not_found: there are none.
result<audit_report> verify_audit(const std::string& path);

struct audit_filter {
  std::string source;  // its rule's or alert's name; empty: any
  std::string target;  // its name, or "KIND:NAME"
  std::string outcome; // of an action, or the event's name, see audit_words()
  std::optional<nanoseconds> since;
};
bool matches(const audit_filter& filter, const audit_entry& entry) noexcept;

// Those that match, the oldest first; lines that are no entries are left out.
result<std::vector<audit_entry>> read_audit(const std::string& path, const audit_filter& filter);

} // namespace reeve::remedy
