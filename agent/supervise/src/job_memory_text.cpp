// SPDX-License-Identifier: Apache-2.0
#include "job_memory_text.hpp"

#include "field_text.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

namespace reeve::supervise {

namespace {

using std::chrono::sys_seconds;

constexpr std::string_view first_line = "reeve-job 1";
// Of a Unix time that is a number of nanoseconds, too.
constexpr auto latest = std::chrono::duration_cast<std::chrono::seconds>(nanoseconds::max());

bool read_time(std::string_view text, sys_seconds& out) {
  std::int64_t count = 0;
  if (!read_number(text, count) || count < 0 || std::chrono::seconds(count) > latest) return false;
  out = sys_seconds(std::chrono::seconds(count));
  return true;
}

bool read_result(std::string_view text, job_result& out) {
  for (const job_result r : all_job_results)
    if (name_of(r) == text) {
      out = r;
      return true;
    }
  return false;
}

bool read_field(std::string_view key, std::string_view value, job_memory& m) {
  if (key == "handled") return read_time(value, m.handled);
  if (key == "last_start") return read_time(value, m.last_start.emplace());
  if (key == "last_success") return read_time(value, m.last_success.emplace());
  if (key == "last_result") return read_result(value, m.last_result);
  if (key == "retries_left") return read_number(value, m.retries_left);
  if (key == "running") return read_flag(value, m.running);
  if (key == "queued") return read_flag(value, m.queued);
  if (key == "retrying") return read_flag(value, m.retrying);
  if (key != "last_duration") return false;
  std::int64_t count = 0;
  if (!read_number(value, count)) return false;
  m.last_duration = nanoseconds(count);
  return true;
}

std::int64_t count_of(sys_seconds t) {
  return t.time_since_epoch().count();
}

} // namespace

std::string to_text(const job_memory& m) {
  std::string out =
      cat(first_line, "\nhandled ", count_of(m.handled), "\nlast_result ", name_of(m.last_result),
          "\nlast_duration ", m.last_duration.count(), "\nretries_left ", m.retries_left, "\nrunning ",
          yes_or_no(m.running), "\nqueued ", yes_or_no(m.queued), "\nretrying ", yes_or_no(m.retrying), "\n");
  if (m.last_start) out += cat("last_start ", count_of(*m.last_start), "\n");
  if (m.last_success) out += cat("last_success ", count_of(*m.last_success), "\n");
  return out += ".\n";
}

result<job_memory> job_memory_from_text(std::string_view text) {
  job_memory out;
  const auto take = [&](std::string_view key, std::string_view value) { return read_field(key, value, out); };
  if (!read_record(text, first_line, take))
    return error{errc::invalid_argument, "it is torn, or of another version", 0};
  return out;
}

} // namespace reeve::supervise
