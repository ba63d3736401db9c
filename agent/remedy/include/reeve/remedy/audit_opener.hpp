// SPDX-License-Identifier: Apache-2.0
// Opens the audit log of an agent's state folder, and tries again where it cannot: another agent has not ended yet, or the
// folder may not be written.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/os/state_file.hpp"
#include "reeve/remedy/audit_log.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace reeve::remedy {

class audit_opener {
 public:
  static constexpr nanoseconds try_again = std::chrono::seconds(10);

  // `state_folder`: with the instance's name at its end; it is made where it is not there. `time` must outlive it.
  audit_opener(std::string state_folder, const clock& time);

  // Whether it has tried: the log is not open, and the last try is `try_again` ago or there was none.
  bool advance();
  audit_log* log() const noexcept { return log_.get(); } // null: it is not open, because of problem()
  const std::string& problem() const noexcept { return problem_; }
  // Whether what is in the folder is this agent's alone; from then on until the end of the object.
  bool has_folder() const noexcept { return lock_ != nullptr; }
  void set_limits(std::uint64_t max_size_bytes, std::uint32_t max_files) noexcept;

 private:
  result<> open();

  const std::string folder_;
  const clock& time_;
  audit_log_options options_;
  std::optional<nanoseconds> next_try_;
  std::unique_ptr<os::folder_lock> lock_;
  std::unique_ptr<audit_log> log_;
  std::string problem_;
};

} // namespace reeve::remedy
