// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/open_files_service.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace reeve::plugin_host {

// The ABI's numbers are agent/os's, so that no table translates them.
static_assert(REEVE_HANDLE_OTHER == static_cast<int>(os::handle_kind::other));
static_assert(REEVE_HANDLE_FILE == static_cast<int>(os::handle_kind::file));
static_assert(REEVE_HANDLE_FOLDER == static_cast<int>(os::handle_kind::folder));
static_assert(REEVE_HANDLE_SOCKET == static_cast<int>(os::handle_kind::socket));
static_assert(REEVE_HANDLE_PIPE == static_cast<int>(os::handle_kind::pipe));
static_assert(REEVE_HANDLE_EVENT == static_cast<int>(os::handle_kind::event));
static_assert(REEVE_HANDLE_DEVICE == static_cast<int>(os::handle_kind::device));
static_assert(REEVE_HANDLE_SHARED_MEMORY == static_cast<int>(os::handle_kind::shared_memory));
static_assert(REEVE_HANDLE_PROCESS == static_cast<int>(os::handle_kind::process));
static_assert(REEVE_HANDLE_THREAD == static_cast<int>(os::handle_kind::thread));
static_assert(REEVE_HANDLE_REGISTRY_KEY == static_cast<int>(os::handle_kind::registry_key));
static_assert(REEVE_HANDLE_REGISTRY_KEY + 1 == os::handle_kinds);

namespace {

os::unreadable_reason reason_of(errc code) noexcept {
  if (code == errc::access_denied) return os::unreadable_reason::access_denied;
  return code == errc::not_found ? os::unreadable_reason::vanished : os::unreadable_reason::failed;
}

} // namespace

open_files_service::open_files_service(const clock& time, make_reader make)
    : time_(time), make_(std::move(make)) {}

result<std::shared_ptr<const open_files_reading>>
open_files_service::read(process_id id, os::open_files_request wanted, nanoseconds deadline) {
  {
    std::unique_lock lock(mutex_);
    if (!turn_over_.wait_for(lock, std::max(deadline - time_.mono(), nanoseconds{0}),
                             [this] { return !turn_taken_; }))
      return error{errc::timed_out, "another plugin reads what a process has open, and that takes too long"};
    turn_taken_ = true;
  }
  struct turn {
    open_files_service& s;
    ~turn() {
      {
        const std::scoped_lock lock(s.mutex_);
        s.turn_taken_ = false;
      }
      s.turn_over_.notify_one();
    }
  } const mine{*this};

  wanted.max_targets = std::min<std::size_t>(wanted.max_targets, max_targets);
  const nanoseconds began = time_.mono();
  const result<> done = read_raw(id, wanted);
  note(done, time_.mono() - began);
  if (!done) return done.error();
  auto out = std::make_shared<open_files_reading>();
  out->by_kind = raw_.by_kind;
  out->left_out = raw_.left_out;
  for (const os::open_file& f : raw_.targets) {
    out->targets.push_back({f.handle, static_cast<std::uint32_t>(out->text.size()),
                            static_cast<std::uint32_t>(f.name.size()), static_cast<std::uint32_t>(f.kind),
                            0});
    out->text += f.name;
  }
  return std::shared_ptr<const open_files_reading>(std::move(out));
}

result<> open_files_service::read_raw(process_id id, const os::open_files_request& wanted) {
  if (!reader_) {
    auto made = make_();
    if (!made) return made.error();
    reader_ = *std::move(made);
  }
  return reader_->read(id, wanted, raw_);
}

void open_files_service::note(const result<>& done, nanoseconds duration) {
  const std::scoped_lock lock(mutex_);
  if (reader_) stats_.backend = reader_->backend();
  stats_.readings_total += 1;
  stats_.last_duration = duration;
  stats_.rows = done ? std::accumulate(raw_.by_kind.begin(), raw_.by_kind.end(), raw_.left_out) : 0;
  stats_.unreadable = {};
  if (!done) stats_.unreadable[static_cast<std::size_t>(reason_of(done.error().code))] = 1;
}

open_files_stats open_files_service::stats() const {
  const std::scoped_lock lock(mutex_);
  return stats_;
}

} // namespace reeve::plugin_host
