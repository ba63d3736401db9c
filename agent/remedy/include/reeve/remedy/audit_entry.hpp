// SPDX-License-Identifier: Apache-2.0
// One line of the audit log: what was done to whom, or why not. Pure.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/rules/rule.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::remedy {

enum class audit_event : std::uint8_t {
  action_begins,  // written, and on the disk, before anything is done
  action_ended,   // `outcome` says how
  checked,        // what had become of the target and the condition once the step had settled
  refused,        // by `guard`, because of `why`
  observed,       // what would have been done, had the mode been act
  given_up,       // until a person resets it
  reset,          // by a person
  silenced,       // by a person
  closed_unknown, // begun by an agent that did not live to see the end
  torn_line,      // the line before is only the beginning of one; `why` says what it was
  lines_missing,  // lines that were written are gone from the file's end
  entries_lost,   // the disk was full, or the file could not be opened: `why` says how often writing failed
};
const char* name_of(audit_event event) noexcept; // "action_begins"
std::optional<audit_event> audit_event_from(std::string_view name) noexcept;
std::vector<std::string> audit_words(); // outcomes of actions, and the names of all events

struct audit_target {
  std::string kind; // process, service, series, port, file; empty: the action has no target
  std::string name;
  std::uint32_t pid = 0;   // 0: none
  std::uint64_t start = 0; // see process_id
  std::string description;
  friend bool operator==(const audit_target&, const audit_target&) = default;
};

struct audit_entry {
  std::uint64_t seq = 0;    // counts from 1 and never back; set by the log
  nanoseconds unix_time{0}; // to the millisecond; set by the log
  audit_event event = audit_event::refused;
  std::uint64_t action_id = 0; // the seq of the action's first entry; 0: about no action that was begun
  std::string source;          // "rule NAME", "alert NAME FINGERPRINT", "command line, USER"
  std::string action;          // restart, ...
  rules::label_list labels;    // of the alert
  std::string value;
  audit_target target;
  std::vector<std::string> passed; // guards that had nothing against it
  std::string guard, why;
  std::string outcome;
  nanoseconds duration{0};
  std::string previous; // SHA-256 of the line before, without its newline; set by the log
  friend bool operator==(const audit_entry&, const audit_entry&) = default;
};

inline constexpr std::size_t longest_audit_text = 4096; // of one text in it; what is longer is cut

// A JSON object without a newline; members that say nothing are left out.
std::string to_line(const audit_entry& entry);
// errc::invalid_argument: it is no line that to_line() gives, byte for byte.
result<audit_entry> entry_from_line(std::string_view line);

} // namespace reeve::remedy
