// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/audit_opener.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/remedy/audit_check.hpp"

#include <utility>

namespace reeve::remedy {

audit_opener::audit_opener(std::string state_folder, const clock& time)
    : folder_(std::move(state_folder)), time_(time) {
  options_.path = audit_file(folder_);
}

bool audit_opener::advance() {
  if (log_ || (next_try_ && time_.mono() < *next_try_)) return false;
  next_try_ = time_.mono() + try_again;
  const auto opened = open();
  problem_ = opened ? std::string() : opened.error().message;
  return true;
}

result<> audit_opener::open() {
  if (!lock_) {
    const std::string folder = cat(folder_, "/audit");
    if (auto made = os::make_private_folder(folder); !made) return made;
    auto lock = os::folder_lock::take(folder);
    if (!lock && lock.error().code == errc::busy)
      return error{errc::busy, cat("another agent has the folder ", folder), lock.error().os_code};
    if (!lock) return lock.error();
    lock_ = *std::move(lock);
  }
  auto opened = audit_log::open(options_, time_);
  if (!opened) return opened.error();
  log_ = *std::move(opened);
  return {};
}

void audit_opener::set_limits(std::uint64_t max_size_bytes, std::uint32_t max_files) noexcept {
  options_.max_size_bytes = max_size_bytes;
  options_.max_files = max_files;
  if (log_) log_->set_limits(max_size_bytes, max_files);
}

} // namespace reeve::remedy
