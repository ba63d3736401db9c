// SPDX-License-Identifier: Apache-2.0
#include "memory_text.hpp"

#include "field_text.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <array>

namespace reeve::supervise {

namespace {

constexpr std::string_view first_line = "reeve-process 1";
constexpr nanoseconds longest_delay = std::chrono::hours(48); // twice what the configuration may ask for
// By a clock that begins at 1970, since nobody has set it yet, something may have been before that.
constexpr nanoseconds earliest = -std::chrono::hours(24 * 366);
constexpr std::array<std::string_view, 5> phases{"idle", "starting", "launched", "cleaning", "waiting"};

class reader {
 public:
  explicit reader(const moment& now) : now_(now) {}

  bool field(std::string_view key, std::string_view value, kept_process& k) {
    process_memory& m = k.memory;
    if (key == "phase") return read_phase(value, m.phase);
    if (key == "next") return read_state(value, m.next);
    if (key == "wanted") return read_flag(value, m.is_wanted);
    if (key == "stopping") return read_flag(value, m.is_stopping);
    if (key == "failed") return read_flag(value, m.has_failed);
    if (key == "again") return read_flag(value, m.is_to_start_again);
    if (key == "restart") return read_flag(value, m.is_restart);
    if (key == "incarnation") return read_number(value, m.incarnation);
    if (key == "restarts") return read_number(value, m.restarts);
    if (key == "wake") return read_time(value, m.wake_at.emplace());
    if (key == "end") {
      m.last_end.emplace().by_signal = take_until(value, ' ') == "signal";
      return read_number(value, m.last_end->code);
    }
    if (key == "delay") {
      std::int64_t count = 0;
      if (!read_number(value, count) || count < 0 || nanoseconds(count) > longest_delay) return false;
      m.policy.delay = nanoseconds(count);
      return true;
    }
    if (key == "given_up") return read_flag(value, m.policy.given_up);
    if (key == "ended") return m.policy.ends.size() < 1000 && read_time(value, m.policy.ends.emplace_back());
    if (key == "failure") m.failure = value;
    if (key == "boot") k.boot = value;
    return key == "failure" || key == "boot";
  }

 private:
  static bool read_phase(std::string_view text, process_phase& out) {
    for (std::size_t i = 0; i < phases.size(); ++i)
      if (phases[i] == text) {
        out = static_cast<process_phase>(i);
        return true;
      }
    return false;
  }
  static bool read_state(std::string_view text, process_state& out) {
    for (const process_state s :
         {process_state::stopped, process_state::exited, process_state::given_up, process_state::waiting})
      if (name_of(s) == text) {
        out = s;
        return true;
      }
    return false;
  }
  bool read_time(std::string_view text, nanoseconds& out) const {
    std::int64_t count = 0;
    if (!read_number(text, count) || nanoseconds(count) < earliest) return false;
    out = nanoseconds(count) - now_.unix_time + now_.mono;
    return true;
  }

  moment now_;
};

} // namespace

std::string to_text(const kept_process& k, const moment& now) {
  const process_memory& m = k.memory;
  const auto time = [&](nanoseconds mono) { return (mono - now.mono + now.unix_time).count(); };
  std::string out =
      cat(first_line, "\nphase ", phases[static_cast<std::size_t>(m.phase)], "\nnext ", name_of(m.next),
          "\nwanted ", yes_or_no(m.is_wanted), "\nstopping ", yes_or_no(m.is_stopping), "\nfailed ",
          yes_or_no(m.has_failed), "\nagain ", yes_or_no(m.is_to_start_again), "\nrestart ",
          yes_or_no(m.is_restart), "\nincarnation ", m.incarnation, "\nrestarts ", m.restarts, "\ndelay ",
          m.policy.delay.count(), "\ngiven_up ", yes_or_no(m.policy.given_up), "\nboot ", k.boot,
          "\nfailure ", on_one_line(m.failure), "\n");
  if (m.wake_at) out += cat("wake ", time(*m.wake_at), "\n");
  if (m.last_end) out += cat("end ", m.last_end->by_signal ? "signal " : "exit ", m.last_end->code, "\n");
  for (const nanoseconds end : m.policy.ends)
    out += cat("ended ", time(end), "\n");
  return out += ".\n";
}

result<kept_process> kept_from_text(std::string_view text, const moment& now) {
  kept_process out;
  reader r(now);
  const auto take = [&](std::string_view key, std::string_view value) { return r.field(key, value, out); };
  if (!read_record(text, first_line, take))
    return error{errc::invalid_argument, "it is torn, or of another version", 0};
  return out;
}

} // namespace reeve::supervise
