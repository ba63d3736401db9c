// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/keeper_record.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <array>
#include <utility>

namespace reeve::os {

namespace {

constexpr std::string_view first_line = "reeve-keeper 1";

constexpr std::array<std::pair<keep_phase, std::string_view>, 4> phases{{{keep_phase::starting, "starting"},
                                                                         {keep_phase::running, "running"},
                                                                         {keep_phase::ended, "ended"},
                                                                         {keep_phase::failed, "failed"}}};

bool read_id(std::string_view text, process_id& out) {
  process_id id;
  if (!read_number(take_until(text, ' '), id.pid) || !read_number(text, id.start)) return false;
  out = id;
  return true;
}

bool read_time(std::string_view text, nanoseconds& out) {
  std::int64_t count = 0;
  if (!read_number(text, count)) return false;
  out = nanoseconds(count);
  return true;
}

bool read_field(std::string_view key, std::string_view value, keeper_record& r) {
  if (key == "incarnation") return read_number(value, r.incarnation);
  if (key == "keeper") return read_id(value, r.keeper);
  if (key == "program") return read_id(value, r.program);
  if (key == "started") return read_time(value, r.started_unix);
  if (key == "ended") return read_time(value, r.ended_unix);
  if (key == "lost") return read_number(value, r.output_lost_bytes);
  if (key == "out_of_memory") {
    r.is_out_of_memory = true;
    return value.empty();
  }
  if (key == "boot") {
    r.boot = value;
    return true;
  }
  if (key == "fingerprint") {
    r.fingerprint = value;
    return true;
  }
  if (key == "failure") {
    r.failure = value;
    return true;
  }
  if (key == "end") {
    r.end.by_signal = take_until(value, ' ') == "signal";
    return read_number(value, r.end.code);
  }
  if (key != "phase") return false;
  for (const auto& [phase, name] : phases)
    if (name == value) {
      r.phase = phase;
      return true;
    }
  return false;
}

} // namespace

std::string to_text(const keeper_record& r) {
  std::string_view phase = "failed";
  for (const auto& [p, name] : phases)
    if (p == r.phase) phase = name;
  return cat(first_line, "\nphase ", phase, "\nincarnation ", r.incarnation, "\nboot ", r.boot,
             "\nfingerprint ", r.fingerprint, "\nkeeper ", r.keeper.pid, " ", r.keeper.start, "\nprogram ",
             r.program.pid, " ", r.program.start, "\nstarted ", r.started_unix.count(), "\nended ",
             r.ended_unix.count(), "\nend ", r.end.by_signal ? "signal " : "exit ", r.end.code, "\nfailure ",
             on_one_line(r.failure), "\nlost ", r.output_lost_bytes,
             r.is_out_of_memory ? "\nout_of_memory" : "", "\n.\n");
}

result<keeper_record> record_from_text(std::string_view text) {
  keeper_record out;
  const auto take = [&](std::string_view key, std::string_view value) { return read_field(key, value, out); };
  if (!read_record(text, first_line, take))
    return error{errc::invalid_argument, "it is no record of a keeper", 0};
  return out;
}

} // namespace reeve::os
