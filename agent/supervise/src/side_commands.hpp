// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/os/keeper.hpp"
#include "reeve/supervise/process_state.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace reeve::supervise {

// Commands beside the processes, each run to its end within a time: what health checks ask. One thread.
class side_commands {
 public:
  using post = std::function<void(std::function<void()>)>;
  using done = std::function<void(result<process_end>)>;

  side_commands(const clock& time, os::keeper_host& keepers, post later);
  ~side_commands(); // ends what runs; nothing is told any more

  // As "NAME 0", a name and a folder below `folder` that no other of them has meanwhile: what has one name is ended as one.
  // `told` comes later, once: how it ended, or why not; it is killed when its time is over.
  void run(const std::string& folder, const std::string& name, const os::launch_command& command,
           nanoseconds timeout, done told);

  // Ends what an agent that was killed has left at work below `folder`; before the first run() there.
  void end_left(const std::string& folder);

  void advance(); // at next_wake(), or later
  std::optional<nanoseconds> next_wake() const;

 private:
  struct running {
    std::unique_ptr<os::keeper> keeper;
    std::string place;                // its folder
    std::optional<nanoseconds> until; // nothing: it is being killed
    nanoseconds timeout{0};
    done told;
  };
  os::keep_place free_place(const std::string& folder, const std::string& name);
  bool end_stranger(const std::string& place);
  void finish(std::uint64_t number, const os::keeper_record& r);

  const clock& time_;
  os::keeper_host& keepers_;
  post later_;
  std::map<std::uint64_t, running> running_; // by incarnation
  std::uint64_t last_ = 0;
  std::shared_ptr<side_commands*> self_; // what news find their way by
};

} // namespace reeve::supervise
