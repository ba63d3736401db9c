// SPDX-License-Identifier: Apache-2.0
// What a keeper writes down of the program that it keeps, so that an agent that comes later knows it: the file "record"
// in the folder of the program. It is replaced as a whole, so that a reader sees an old one or a new one, never half.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace reeve::os {

enum class keep_phase : std::uint8_t {
  starting, // the keeper is there, its program not yet
  running,
  ended,  // the program and all it left behind
  failed, // it could not be started
  taken,  // another keeper is at work in the same folder; never in a file
  lost    // the keeper ended before its program, which was ended too; never in a file
};

struct child_end {
  bool by_signal = false; // never on Windows
  std::int64_t code = 0;  // the exit code, or the signal's number
  friend bool operator==(const child_end&, const child_end&) = default;
};

struct keeper_record {
  keep_phase phase = keep_phase::starting;
  std::uint64_t incarnation = 0; // as the keeper was told: which start of the program this is
  std::string boot;              // of which start of the machine; see boot_id()
  std::string fingerprint;       // as the keeper was told
  process_id keeper;
  process_id program; // 0 before it runs
  nanoseconds started_unix{0};
  nanoseconds ended_unix{0};
  child_end end;
  bool is_out_of_memory = false; // the system ended it since its tree, or the machine, had none left; Linux
  std::string failure;           // why it could not be started: one line
  std::uint64_t output_lost_bytes = 0; // could not be written, since the disk was full for instance
};

// Lines of "key value", ended by a line "."; from_text() takes what to_text() wrote and nothing else.
std::string to_text(const keeper_record& r);
result<keeper_record> record_from_text(std::string_view text);

// Tells one start of the machine from another. Empty where process_id needs no such help, which is on Windows.
std::string boot_id();

} // namespace reeve::os
