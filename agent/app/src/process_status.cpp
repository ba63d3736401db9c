// SPDX-License-Identifier: Apache-2.0
// The status of managed processes between the agent and the command line.
#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <array>
#include <optional>

namespace reeve::app {

namespace {

using supervise::process_state;
using supervise::process_status;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty())
    out.emplace_back(take_until(text, ' '));
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += cat(out.empty() ? "" : " ", word);
  return out;
}

// ASCII's separators of records and units, which no text has by now.
constexpr char record_end = '\x1e', unit_end = '\x1f';

std::string to_text(const std::vector<supervise::check_status>& checks) {
  std::string out;
  for (const supervise::check_status& c : checks)
    out +=
        cat(c.name, unit_end, name_of(c.state), unit_end, on_one_line(c.text), unit_end, c.duration.count(),
            unit_end, c.failures_in_row, unit_end, c.passes_total, unit_end, c.failures_total, record_end);
  return out;
}

bool read_checks(std::string_view text, std::vector<supervise::check_status>& out) {
  while (!text.empty()) {
    std::string_view one = take_until(text, record_end);
    supervise::check_status& c = out.emplace_back();
    c.name = take_until(one, unit_end);
    const std::string_view state = take_until(one, unit_end);
    bool known = false;
    for (const supervise::health_state s : supervise::all_health_states)
      if (name_of(s) == state) {
        c.state = s;
        known = true;
      }
    c.text = take_until(one, unit_end);
    std::int64_t duration = 0;
    if (!known || !read_number(take_until(one, unit_end), duration) ||
        !read_number(take_until(one, unit_end), c.failures_in_row) ||
        !read_number(take_until(one, unit_end), c.passes_total) || !read_number(one, c.failures_total))
      return false;
    c.duration = nanoseconds(duration);
  }
  return true;
}

std::optional<process_status> parse_line(std::string_view line) {
  std::array<std::string_view, 18> field;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const std::size_t end = i + 1 < field.size() ? line.find('\t') : line.size();
    if (end == line.npos) return std::nullopt;
    field[i] = line.substr(0, end);
    line.remove_prefix(std::min(line.size(), end + 1));
  }
  process_status s;
  s.name = field[0];
  bool known = false;
  for (const process_state state : supervise::all_process_states)
    if (field[1] == name_of(state)) {
      s.state = state;
      known = true;
    }
  std::int64_t in_state = 0, next = 0;
  if (!known || !read_number(field[2], s.id.pid) || !read_number(field[3], s.id.start) ||
      !read_number(field[4], in_state) || !read_number(field[6], s.restarts))
    return std::nullopt;
  s.in_state = nanoseconds(in_state);
  if (!field[5].empty()) {
    if (!read_number(field[5], next)) return std::nullopt;
    s.next_start_in = nanoseconds(next);
  }
  if (!field[7].empty()) {
    s.last_end.emplace();
    s.last_end->by_signal = field[7] == "signal";
    if (!read_number(field[8], s.last_end->code)) return std::nullopt;
  }
  s.failure = field[9];
  s.doing = field[10];
  s.groups = split(field[11]);
  s.ports = split(field[12]);
  s.output = field[13];
  if (!read_number(field[14], s.starts)) return std::nullopt;
  s.hook_output = field[15];
  if (!read_checks(field[16], s.checks)) return std::nullopt;
  s.last_result = field[17];
  return s;
}

} // namespace

std::string to_text(const std::vector<process_status>& all) {
  std::string out;
  for (const process_status& s : all) {
    out +=
        cat(s.name, "\t", name_of(s.state), "\t", s.id.pid, "\t", s.id.start, "\t", s.in_state.count(), "\t");
    if (s.next_start_in) out += cat(s.next_start_in->count());
    out += cat("\t", s.restarts, "\t");
    if (s.last_end) out += s.last_end->by_signal ? "signal" : "exit";
    out += "\t";
    if (s.last_end) out += cat(s.last_end->code);
    out += cat("\t", on_one_line(s.failure), "\t", on_one_line(s.doing), "\t", joined(s.groups), "\t",
               joined(s.ports), "\t", on_one_line(s.output), "\t", s.starts, "\t", on_one_line(s.hook_output),
               "\t", to_text(s.checks), "\t", s.last_result, "\n");
  }
  return out;
}

result<std::vector<process_status>> parse_processes(std::string_view text) {
  std::vector<process_status> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    auto s = parse_line(text.substr(0, end));
    if (!s) return error{errc::failed, "the agent's answer makes no sense; is it of another version?", 0};
    out.push_back(std::move(*s));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return out;
}

} // namespace reeve::app
