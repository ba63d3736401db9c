// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/audit_entry.hpp"

#include "json_cursor.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>

namespace reeve::remedy {

namespace {

constexpr std::array<const char*, 12> event_names{
    "action_begins", "action_ended", "checked",        "refused",   "observed",      "given_up",
    "reset",         "silenced",     "closed_unknown", "torn_line", "lines_missing", "entries_lost"};

constexpr double longest_seconds = 1e9; // far beyond any action, and what nanoseconds can hold

class line_writer {
 public:
  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    name(key);
    append_json(out_, value, longest_audit_text);
  }
  void number(std::string_view key, std::uint64_t value) {
    if (value == 0) return;
    name(key);
    append_to(out_, value);
  }
  void seconds(std::string_view key, nanoseconds value) {
    if (value.count() == 0) return;
    name(key);
    append_to(out_, std::chrono::duration<double>(value).count());
  }
  void labels(const rules::label_list& labels) {
    if (labels.empty()) return;
    name("labels");
    out_ += '{';
    for (const auto& [key, value] : labels) {
      name(key);
      append_json(out_, value, longest_audit_text);
    }
    out_ += '}';
  }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    name(key);
    for (std::size_t i = 0; i < values.size(); ++i) {
      out_ += i == 0 ? '[' : ',';
      append_json(out_, values[i], longest_audit_text);
    }
    out_ += ']';
  }
  void target(const audit_target& t) {
    if (t == audit_target{}) return;
    name("target");
    out_ += '{';
    text("kind", t.kind);
    text("name", t.name);
    number("pid", t.pid);
    number("start", t.start);
    text("description", t.description);
    out_ += '}';
  }
  std::string take() {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void name(std::string_view key) {
    if (!out_.ends_with('{')) out_ += ',';
    append_json(out_, key, longest_audit_text);
    out_ += ':';
  }

  std::string out_{"{"};
};

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool read_target(json_cursor& in, audit_target& t) {
  return in.object([&](const std::string& key) {
    if (key == "kind") return in.text(t.kind);
    if (key == "name") return in.text(t.name);
    if (key == "pid") return in.number(t.pid);
    if (key == "start") return in.number(t.start);
    return key == "description" && in.text(t.description);
  });
}

bool read_member(json_cursor& in, const std::string& key, audit_entry& e) {
  std::string text;
  if (key == "seq") return in.number(e.seq);
  if (key == "time") {
    const auto time = in.text(text) ? parse_utc(text) : std::nullopt;
    if (time) e.unix_time = *time;
    return time.has_value();
  }
  if (key == "event") {
    const auto event = in.text(text) ? audit_event_from(text) : std::nullopt;
    if (event) e.event = *event;
    return event.has_value();
  }
  if (key == "id") return in.number(e.action_id);
  if (key == "source") return in.text(e.source);
  if (key == "action") return in.text(e.action);
  if (key == "labels")
    return in.object(
        [&](const std::string& name) { return in.text(e.labels.emplace_back(name, "").second); });
  if (key == "value") return in.text(e.value);
  if (key == "target") return read_target(in, e.target);
  if (key == "passed") return in.list('[', ']', [&] { return in.text(e.passed.emplace_back()); });
  if (key == "guard") return in.text(e.guard);
  if (key == "why") return in.text(e.why);
  if (key == "outcome") return in.text(e.outcome);
  if (key == "duration_seconds") {
    double seconds = 0;
    if (!in.number(seconds) || !(seconds >= 0 && seconds <= longest_seconds)) return false;
    e.duration = std::chrono::round<nanoseconds>(std::chrono::duration<double>(seconds));
    return true;
  }
  return key == "prev" && in.text(e.previous);
}

} // namespace

const char* name_of(audit_event event) noexcept {
  return event_names[static_cast<std::size_t>(event)];
}

std::optional<audit_event> audit_event_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < event_names.size(); ++i)
    if (name == event_names[i]) return static_cast<audit_event>(i);
  return std::nullopt;
}

std::vector<std::string> audit_words() {
  std::vector<std::string> out{"succeeded", "failed", "timed_out", "ineffective", "unknown"};
  out.insert(out.end(), event_names.begin(), event_names.end());
  return out;
}

std::string to_line(const audit_entry& e) {
  line_writer out;
  out.number("seq", e.seq);
  out.text("time", format_utc(e.unix_time));
  out.text("event", name_of(e.event));
  out.number("id", e.action_id);
  out.text("source", e.source);
  out.text("action", e.action);
  out.labels(e.labels);
  out.text("value", e.value);
  out.target(e.target);
  out.texts("passed", e.passed);
  out.text("guard", e.guard);
  out.text("why", e.why);
  out.text("outcome", e.outcome);
  out.seconds("duration_seconds", e.duration);
  out.text("prev", e.previous);
  return out.take();
}

result<audit_entry> entry_from_line(std::string_view line) {
  json_cursor in(line);
  audit_entry out;
  const bool is_read = in.object([&](const std::string& key) { return read_member(in, key, out); });
  if (!is_read || !in.at_end() || out.seq == 0 || !is_hash(out.previous) || to_line(out) != line)
    return error{errc::invalid_argument, "it is no entry of an audit log", 0};
  return out;
}

} // namespace reeve::remedy
