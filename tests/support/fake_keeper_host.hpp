// SPDX-License-Identifier: Apache-2.0
// Keepers without processes: a test says what becomes of each. Keepers outlive the host, as real ones do; one `kept_programs`
// is what two hosts after each other see.
#pragma once

#include "reeve/os/keeper.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace reeve::test {

struct kept_program {
  std::string name;
  os::keeper_record record;
  os::launch_command command;
  os::keeper_host::on_news told; // of the host that is there now
  bool is_alive = false;
  int asked = 0, killed = 0, launches = 0;
};
using kept_programs = std::map<std::string, kept_program>; // by folder

class fake_keeper : public os::keeper {
 public:
  explicit fake_keeper(kept_program& p) : p_(p) {}
  result<> ask(const os::stop_request&) override {
    ++p_.asked;
    return {};
  }
  result<> kill() override {
    ++p_.killed;
    return {};
  }

 private:
  kept_program& p_;
};

class fake_keeper_host : public os::keeper_host {
 public:
  fake_keeper_host(kept_programs& all, const clock& time) : all_(all), time_(time) {}
  ~fake_keeper_host() override {
    for (auto& [folder, p] : all_)
      p.told = nullptr;
  }

  // Runs at once; its first news come before launch() returns.
  result<std::unique_ptr<os::keeper>> launch(const os::keep_place& where, const os::launch_command& what,
                                             on_news told) override {
    if (is_refusing) return error{errc::failed, "there are no keepers today", 0};
    kept_program& p = all_[where.folder];
    p.name = where.name;
    p.command = what;
    p.told = std::move(told);
    p.is_alive = true;
    p.asked = p.killed = 0;
    ++p.launches;
    p.record = {};
    p.record.phase = os::keep_phase::running;
    p.record.incarnation = where.incarnation;
    p.record.fingerprint = where.fingerprint;
    p.record.program = {++last_pid_, last_pid_};
    p.record.started_unix = time_.unix_time();
    p.told(p.record);
    return std::unique_ptr<os::keeper>(std::make_unique<fake_keeper>(p));
  }

  os::found_keeper adopt(const std::string& folder, on_news told) override {
    const auto at = all_.find(folder);
    if (at == all_.end()) return {};
    at->second.told = std::move(told);
    os::found_keeper out;
    out.record = at->second.record;
    if (at->second.is_alive) out.alive = std::make_unique<fake_keeper>(at->second);
    return out;
  }

  bool is_refusing = false;

 private:
  kept_programs& all_;
  const clock& time_;
  std::uint32_t last_pid_ = 1000;
};

// The program ends; without a host nobody hears of it, and the record stays.
inline void end_kept(kept_program& p, const os::child_end& end, nanoseconds unix_time) {
  p.record.phase = os::keep_phase::ended;
  p.record.end = end;
  p.record.ended_unix = unix_time;
  p.is_alive = false;
  if (p.told) p.told(p.record);
}

} // namespace reeve::test
