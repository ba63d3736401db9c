// SPDX-License-Identifier: Apache-2.0
// The record of every action. Each line carries the hash of the one before, over the ends of files, so that a line that is
// changed, taken out or moved is found (see audit_check.hpp). PATH.head beside it says which line was the last one.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/os/append_file.hpp"
#include "reeve/remedy/audit_entry.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reeve::remedy {

struct audit_log_options {
  std::string path;                          // absolute; its folder exists
  std::uint64_t max_size_bytes = 10'000'000; // an entry that would pass it begins a new file
  std::uint32_t max_files = 10;              // full files kept beside it: PATH.1 is the youngest
};

struct audit_head;

enum class durability : std::uint8_t { soon, on_disk }; // on_disk: before append() returns

// One thread, one process at a time: who calls holds the lock of the folder.
class audit_log {
 public:
  // Goes on where the file ends. A last line that is torn, and lines that are gone, are told in an entry of their own.
  // Fails when the file cannot be read or appended to; it is made where there is none.
  static result<std::unique_ptr<audit_log>> open(audit_log_options options, const clock& time);

  // Sets seq, unix_time and previous, and the action_id of action_begins; returns the seq. After an error nothing is
  // known to be written, and the next call tries anew. Where the file was moved away or removed meanwhile, another one is
  // begun that tells of it.
  result<std::uint64_t> append(audit_entry entry, durability how = durability::soon);

  // Actions that were begun and not ended when it was opened: their first entries, the oldest first. Once.
  std::vector<audit_entry> take_pending() noexcept { return std::exchange(pending_, {}); }
  std::uint64_t write_failures_total() const noexcept { return write_failures_; }
  const std::string& path() const noexcept { return options_.path; }
  void set_limits(std::uint64_t max_size_bytes, std::uint32_t max_files) noexcept;

 private:
  audit_log(audit_log_options options, const clock& time) : options_(std::move(options)), time_(time) {}
  result<> take_up(const std::optional<audit_head>& head);
  result<> follow_path();
  result<> tell_untold();
  result<> write(audit_entry& entry, durability how);
  void note_torn(std::string_view text);
  void close_unflushed(audit_entry entry);
  void rotate_for(std::size_t bytes);

  audit_log_options options_;
  const clock& time_;
  os::append_file file_;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t last_seq_ = 0;
  std::string last_hash_;
  bool ends_in_a_line_ = false; // that has no newline yet
  std::vector<audit_entry>
      untold_; // what is wrong with the file and its last entry, to be written before anything else
  std::vector<audit_entry> pending_;
  std::uint64_t write_failures_ = 0;
};

inline constexpr std::string_view hash_before_the_first =
    "0000000000000000000000000000000000000000000000000000000000000000";

} // namespace reeve::remedy
