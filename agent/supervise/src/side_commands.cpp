// SPDX-License-Identifier: Apache-2.0
#include "side_commands.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/state_file.hpp"

#include <algorithm>
#include <utility>

namespace reeve::supervise {

side_commands::side_commands(const clock& time, os::keeper_host& keepers, post later)
    : time_(time), keepers_(keepers), later_(std::move(later)),
      self_(std::make_shared<side_commands*>(this)) {}

side_commands::~side_commands() {
  *self_ = nullptr;
  for (auto& [number, r] : running_)
    (void)r.keeper->kill();
}

// With the lowest number of which nothing runs: few folders, each used again and again.
os::keep_place side_commands::free_place(const std::string& folder, const std::string& name) {
  for (int n = 0;; ++n) {
    os::keep_place out{{}, cat(name, " ", n), 0, {}};
    out.folder = cat(folder, "/", out.name);
    const bool is_ours =
        std::ranges::any_of(running_, [&](const auto& r) { return r.second.place == out.folder; });
    if (!is_ours && !end_stranger(out.folder)) return out;
  }
}

// One that an earlier agent left, whose time nobody has in hand. False: there is none.
bool side_commands::end_stranger(const std::string& place) {
  const os::found_keeper left = keepers_.adopt(place, [](const auto&) {});
  if (left.alive) (void)left.alive->kill();
  return left.alive != nullptr;
}

void side_commands::end_left(const std::string& folder) {
  for (const std::string& name : os::folders_in(folder))
    end_stranger(cat(folder, "/", name));
}

void side_commands::run(const std::string& folder, const std::string& name, const os::launch_command& command,
                        nanoseconds timeout, done told) {
  // Wall-clock time is larger than that of any before, also of another agent.
  last_ = std::max(last_ + 1, static_cast<std::uint64_t>(time_.unix_time().count()));
  const std::uint64_t number = last_;
  const auto refuse = [&](const error& why) { later_([told = std::move(told), why] { told(why); }); };
  os::keep_place place = free_place(folder, name);
  place.incarnation = number;
  if (auto made = os::make_private_folder(place.folder); !made) return refuse(made.error());
  auto keeper =
      keepers_.launch(place, command, [later = later_, self = self_, number](const os::keeper_record& r) {
        if (r.phase == os::keep_phase::starting || r.phase == os::keep_phase::running) return;
        later([self, number, r] {
          if (*self) (*self)->finish(number, r);
        });
      });
  if (!keeper) return refuse(keeper.error());
  running_[number] = {*std::move(keeper), place.folder, time_.mono() + timeout, timeout, std::move(told)};
}

void side_commands::finish(std::uint64_t number, const os::keeper_record& r) {
  const auto at = running_.find(number);
  if (at == running_.end()) return;
  const running was = std::move(at->second);
  running_.erase(at);
  if (!was.until) {
    was.told(error{errc::timed_out, cat("did not end within ", format_duration(was.timeout)), 0});
  } else if (r.phase == os::keep_phase::ended) {
    was.told(r.end);
  } else if (r.phase == os::keep_phase::failed) {
    was.told(error{errc::failed, r.failure, 0});
  } else if (r.phase == os::keep_phase::taken) {
    // By one that an earlier agent began right before it was gone.
    end_stranger(was.place);
    was.told(
        error{errc::busy, "a command that an earlier agent began was still at work, and is ended now", 0});
  } else {
    was.told(error{errc::failed, "its keeper was killed", 0});
  }
}

void side_commands::advance() {
  const nanoseconds now = time_.mono();
  for (auto& [number, r] : running_)
    if (r.until && now >= *r.until) {
      r.until.reset();
      (void)r.keeper->kill();
    }
}

std::optional<nanoseconds> side_commands::next_wake() const {
  std::optional<nanoseconds> out;
  for (const auto& [number, r] : running_)
    if (r.until && (!out || *r.until < *out)) out = r.until;
  return out;
}

} // namespace reeve::supervise
