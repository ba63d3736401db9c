// SPDX-License-Identifier: Apache-2.0
// What outlives the agent.
#include "engine_parts.hpp"
#include "json_cursor.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

namespace reeve::remedy {

namespace {

constexpr std::string_view first_line = "reeve-remedy 1";
constexpr std::size_t longest_text = 4096;
constexpr std::uint64_t most_silences_ever = std::uint64_t{1} << 62;

std::string quoted(std::string_view text) {
  std::string out;
  append_json(out, text, longest_text);
  return out;
}

// The fields of one line, each after a blank but the first.
class fields {
 public:
  explicit fields(std::string_view line) : in_(line) {}
  template <class T>
  bool number(T& out) {
    return separated() && in_.number(out);
  }
  bool flag(bool& out) {
    int n = 0;
    if (!number(n) || n < 0 || n > 1) return false;
    out = n == 1;
    return true;
  }
  bool text(std::string& out) { return separated() && in_.text(out) && out.size() <= longest_text; }
  bool at_end() const noexcept { return in_.at_end(); }

 private:
  bool separated() { return std::exchange(is_first_, false) || in_.take(' '); }

  json_cursor in_;
  bool is_first_ = true;
};

bool read_silence(std::string_view line, silence& s) {
  fields in(line);
  std::int64_t until = 0;
  // The next one has the number after the highest.
  if (!in.number(s.id) || s.id == 0 || s.id > most_silences_ever || !in.number(until) || !in.text(s.by) ||
      !in.text(s.comment))
    return false;
  s.until = nanoseconds(until);
  while (!in.at_end()) {
    label_matcher m;
    if (!in.text(m.name) || !in.flag(m.is_equal) || !in.text(m.value)) return false;
    s.matchers.push_back(std::move(m));
  }
  return !s.matchers.empty();
}

} // namespace

std::string engine::to_text() const {
  const nanoseconds offset = time_.unix_time() - time_.mono();
  std::string out = cat(first_line, "\n");
  for (const silence& s : silences_.all()) {
    if (s.until <= time_.unix_time()) continue;
    out += cat("silence ", s.id, " ", s.until.count(), " ", quoted(s.by), " ", quoted(s.comment));
    for (const label_matcher& m : s.matchers)
      out += cat(" ", quoted(m.name), " ", m.is_equal ? 1 : 0, " ", quoted(m.value));
    out += '\n';
  }
  for (const auto& [source, why] : given_up_)
    out += cat("given_up ", quoted(source), " ", quoted(why), "\n");
  for (const auto* list : {&history_.actions(), &history_.events()})
    for (const past_action& a : *list)
      out += cat("action ", (a.at + offset).count(), " ", a.is_forgiven ? 1 : 0, " ", a.is_event ? 1 : 0, " ",
                 quoted(a.source), " ", quoted(a.target), " ", a.action_id, " ", quoted(a.place), "\n");
  for (const handled_alert& a : handled_)
    out += cat("handled ", a.starts_at.count(), " ", quoted(a.what), "\n");
  return out += ".\n";
}

result<> engine::from_text(std::string_view text) {
  silence_list silences;
  std::map<std::string, std::string, std::less<>> given_up;
  action_history history;
  std::deque<handled_alert> handled;
  const auto take = [&](std::string_view key, std::string_view line) {
    fields in(line);
    if (key == "silence") {
      silence s;
      if (!read_silence(line, s)) return false;
      if (s.until > time_.unix_time()) silences.restore(std::move(s));
      return true;
    }
    if (key == "given_up") {
      std::string source, why;
      if (!in.text(source) || !in.text(why)) return false;
      given_up.emplace(std::move(source), std::move(why));
    } else if (key == "action") {
      past_action a;
      std::int64_t at = 0;
      if (!in.number(at) || !in.flag(a.is_forgiven) || !in.flag(a.is_event) || !in.text(a.source) ||
          !in.text(a.target) || (!in.at_end() && !in.number(a.action_id)) ||
          (!in.at_end() && !in.text(a.place)))
        return false;
      a.at = mono_of(nanoseconds(at), time_);
      history.add(std::move(a));
    } else if (key == "handled") {
      std::int64_t starts_at = 0;
      handled_alert& a = handled.emplace_back();
      if (!in.number(starts_at) || !in.text(a.what)) return false;
      a.starts_at = nanoseconds(starts_at);
      if (handled.size() > most_handled) handled.pop_front();
    } else {
      return false;
    }
    return in.at_end();
  };
  if (!read_record(text, first_line, take))
    return error{errc::invalid_argument, "it is torn, or of another version", 0};
  for (const silence& s : silences_.all())
    if (std::ranges::find(silences.all(), s) == silences.all().end())
      (void)silences.add(s, time_.unix_time());
  given_up.merge(given_up_);
  for (const auto* list : {&history_.actions(), &history_.events()})
    for (const past_action& a : *list)
      if (a.action_id == 0 || !history.contains(a.source, a.target, a.action_id)) history.add(a);
  for (const handled_alert& a : handled_) {
    std::erase_if(handled, [&](const handled_alert& other) { return other.what == a.what; });
    handled.push_back(a);
    if (handled.size() > most_handled) handled.pop_front();
  }
  silences_ = std::move(silences);
  given_up_ = std::move(given_up);
  history_ = std::move(history);
  handled_ = std::move(handled);
  return {};
}

} // namespace reeve::remedy
