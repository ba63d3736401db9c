// SPDX-License-Identifier: Apache-2.0
#include "reeve/supervise/jobs.hpp"

#include "reeve/base/strings.hpp"

#include <utility>

namespace reeve::supervise {

namespace {

// FNV-1a, 64 bits, from `basis` on: stays the same from one build to the next.
std::uint64_t hash_of(std::string_view text, std::uint64_t basis) noexcept {
  for (const char c : text)
    basis = (basis ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return basis;
}

missed_rule missed_of(const std::string& text) {
  return text == "skip" ? missed_rule::skip : missed_rule::run_once;
}

overlap_rule overlap_of(const std::string& text) {
  return text == "queue"          ? overlap_rule::queue
         : text == "stop_running" ? overlap_rule::stop_running
                                  : overlap_rule::skip;
}

} // namespace

result<job_schedule> make_job_schedule(const config::job_settings& s) {
  result<os::time_zone> zone = os::load_time_zone(s.time_zone);
  if (!zone) return zone.error();
  return job_schedule(s.times, *std::move(zone));
}

job_rules make_job_rules(const config::job_settings& s, std::uint64_t machine) {
  job_rules out;
  out.missed = missed_of(s.missed);
  out.overlap = overlap_of(s.overlap);
  out.retries = s.retries;
  out.retry_interval = s.retry_interval;
  out.timeout = s.timeout;
  out.jitter = s.jitter;
  out.seed = hash_of(s.name, 0xCBF29CE484222325 ^ machine);
  return out;
}

config::process_settings program_of(const config::job_settings& s) {
  config::process_settings out;
  static_cast<config::program_settings&>(out) = s;
  out.restart = "never";
  out.autostart = false;
  out.is_job = true;
  return out;
}

std::vector<diagnostic> check_jobs(const std::vector<config::job_settings>& jobs) {
  std::vector<diagnostic> out;
  for (const config::job_settings& s : jobs) {
    const result<os::time_zone> zone = os::load_time_zone(s.time_zone);
    if (!zone)
      out.push_back({s.time_zone_where,
                     cat("job.time_zone: ", zone.error().message),
                     {},
                     "write \"local\", \"UTC\" or a name such as \"Europe/Berlin\""});
  }
  return out;
}

} // namespace reeve::supervise
