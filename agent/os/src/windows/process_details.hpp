// SPDX-License-Identifier: Apache-2.0
// What the process list does not carry and a handle must be opened for: path, command line and account. None of it
// changes while a process lives, so each identity is asked once.
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/os/process_table.hpp"
#include "windows/windows.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace reeve::os {

// Account names by SID. LookupAccountSidW may ask a domain controller, so every answer is kept; the size is bounded.
class account_names {
 public:
  // "DOMAIN\\user"; the SID's text ("S-1-5-...") where it has no name. Nothing, and the Win32 code in `code`, when the
  // token cannot be read.
  std::optional<std::string> owner_of(HANDLE process, std::uint32_t& code);

 private:
  std::unordered_map<std::string, std::string> by_sid_; // binary SID to name
};

// Not thread-safe.
class process_details {
 public:
  static constexpr process_fields fields =
      process_field::executable | process_field::command_line | process_field::user;

  // Adds the wanted ones of `fields` to every row, counts what cannot be read, and forgets identities that are gone.
  void add_to(process_rows& out, process_fields wanted);

  std::size_t cached() const noexcept { return entries_.size(); }

 private:
  struct detail {
    std::string text;
    std::uint32_t code = 0; // Win32 code of the last attempt; 0: text holds the value
    std::uint8_t attempts = 0;
  };
  struct entry {
    std::array<detail, 3> details; // executable, command line, user
    std::uint64_t last_seen = 0;
  };

  void read_missing(entry& e, process_id id, process_fields wanted);

  std::unordered_map<process_id, entry> entries_;
  account_names accounts_;
  std::uint64_t generation_ = 0;
};

} // namespace reeve::os
