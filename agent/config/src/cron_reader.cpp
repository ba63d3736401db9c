// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/strings.hpp"
#include "reeve/config/cron_expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>

namespace reeve::config {

using namespace std::chrono;

namespace {

struct value_range {
  unsigned first, last;
  bool takes_step = true; // it is no single number
};

struct field_kind {
  std::string_view name;
  unsigned min, max;
  std::span<const std::string_view> names; // of min and what follows
};

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

constexpr std::array<field_kind, 5> kinds{{{"minute", 0, 59, {}},
                                           {"hour", 0, 23, {}},
                                           {"day of month", 1, 31, {}},
                                           {"month", 1, 12, month_names},
                                           {"day of week", 0, 7, weekday_names}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{{{"@hourly", "0 * * * *"},
                                                                              {"@daily", "0 0 * * *"},
                                                                              {"@midnight", "0 0 * * *"},
                                                                              {"@weekly", "0 0 * * 0"},
                                                                              {"@monthly", "0 0 1 * *"},
                                                                              {"@yearly", "0 0 1 1 *"},
                                                                              {"@annually", "0 0 1 1 *"}}};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

} // namespace

// Goes through the text once; the first mistake is kept and ends it.
class cron_reader {
 public:
  explicit cron_reader(std::string_view text) : text_(text) {}

  result<cron_expression> read();

 private:
  bool fail(std::size_t at, std::string_view what);
  void skip_blanks() noexcept;
  bool at_end_of_field() const noexcept {
    return at_ == text_.size() || text_[at_] == ' ' || text_[at_] == '\t';
  }
  bool take(char c) noexcept;

  template <std::size_t N>
  bool read_field(const field_kind& kind, std::bitset<N>& out, bool& any);
  bool read_range(const field_kind& kind, value_range& out);
  bool read_value(const field_kind& kind, bool ends_range, unsigned& out);
  bool read_number(unsigned& out);
  bool read_step(const field_kind& kind, bool takes_step, unsigned& out);
  std::string_view token() const noexcept; // a run of letters, else one character
  bool refuse(std::string_view otherwise);

  std::string_view text_;
  std::size_t at_ = 0;
  std::string problem_;
};

bool cron_reader::fail(std::size_t at, std::string_view what) {
  problem_ = cat("\"", text_, "\" is no schedule: at character ", at + 1, " ", what);
  return false;
}

void cron_reader::skip_blanks() noexcept {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
    ++at_;
}

bool cron_reader::take(char c) noexcept {
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool cron_reader::read_number(unsigned& out) {
  const auto [end, problem] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), out);
  if (problem != std::errc()) return fail(at_, "the number is too large");
  at_ = static_cast<std::size_t>(end - text_.data());
  return true;
}

std::string_view cron_reader::token() const noexcept {
  std::size_t end = at_;
  while (end < text_.size() && is_letter(text_[end]))
    ++end;
  return text_.substr(at_, std::max<std::size_t>(end - at_, 1));
}

// Names what other schedulers would understand.
bool cron_reader::refuse(std::string_view otherwise) {
  const std::string found = lower(token());
  std::string_view why;
  if (found == "?") why = "; write *";
  if (found == "h" || found == "~") why = " (a time by chance); the key jitter spreads jobs";
  if (found == "l" || found == "w" || found == "lw") why = " (the last day, the nearest working day)";
  if (found == "#") why = " (the nth weekday of a month)";
  return fail(at_, why.empty() ? std::string(otherwise)
                               : cat("stands ", token(), ", which is not known here", why));
}

bool cron_reader::read_value(const field_kind& kind, bool ends_range, unsigned& out) {
  if (at_end_of_field()) return fail(at_, cat("a ", kind.name, " is missing"));
  const std::size_t begin = at_;
  if (is_digit(text_[at_])) {
    if (!read_number(out)) return false;
    if (out < kind.min || out > kind.max)
      return fail(begin, cat("the ", kind.name, " is ", out, ", allowed is ", kind.min, " to ", kind.max));
    return true;
  }
  const auto found = std::ranges::find(kind.names, lower(token()));
  if (found == kind.names.end())
    return refuse(cat("stands ", token(), ", which is no ", kind.name,
                      kind.names.empty() ? "" : "; names are the first three letters of English"));
  out = kind.min + static_cast<unsigned>(found - kind.names.begin());
  if (ends_range && kind.max == 7 && out == 0) out = 7; // fri-sun
  at_ += token().size();
  return true;
}

bool cron_reader::read_range(const field_kind& kind, value_range& out) {
  const std::size_t begin = at_;
  if (take('*')) return true;
  if (!read_value(kind, false, out.first)) return false;
  out.last = out.first;
  out.takes_step = take('-');
  if (!out.takes_step) return true;
  if (!read_value(kind, true, out.last)) return false;
  if (out.last >= out.first) return true;
  if (kind.max == 7)
    return fail(begin,
                "the range ends before it begins; Sunday is 0 where it begins a range, 7 where it ends one");
  return fail(begin, cat("the range ends before it begins; write ", out.first, "-", kind.max, ",", kind.min,
                         "-", out.last));
}

bool cron_reader::read_step(const field_kind& kind, bool takes_step, unsigned& out) {
  const std::size_t slash = at_;
  if (!take('/')) return true;
  if (!takes_step) return fail(slash, "a step stands behind one number; it needs * or a range");
  const std::size_t begin = at_;
  if (at_end_of_field() || !is_digit(text_[at_])) return fail(begin, "the number of a step is missing");
  if (!read_number(out)) return false;
  const unsigned most = kind.max - kind.min;
  if (out == 0 || out > most) return fail(begin, cat("the step is ", out, ", allowed is 1 to ", most));
  return true;
}

template <std::size_t N>
bool cron_reader::read_field(const field_kind& kind, std::bitset<N>& out, bool& any) {
  skip_blanks();
  if (at_ == text_.size())
    return fail(at_, cat("the ", kind.name,
                         " is missing; the fields are minute, hour, day of month, month, day of week"));
  any = text_[at_] == '*';
  do {
    value_range range{kind.min, kind.max};
    unsigned step = 1;
    if (!read_range(kind, range) || !read_step(kind, range.takes_step, step)) return false;
    for (unsigned value = range.first; value <= range.last; value += step)
      out.set(kind.max == 7 ? value % 7 : value);
  } while (take(','));
  return at_end_of_field() || refuse(cat("stands ", token(), ", which fits nothing"));
}

result<cron_expression> cron_reader::read() {
  const auto refused = [&] { return error{errc::invalid_argument, problem_}; };
  cron_expression out;
  bool any_month = false;
  const bool good =
      read_field(kinds[0], out.minutes_, out.any_minute_) &&
      read_field(kinds[1], out.hours_, out.any_hour_) && read_field(kinds[2], out.days_, out.any_day_) &&
      read_field(kinds[3], out.months_, any_month) && read_field(kinds[4], out.weekdays_, out.any_weekday_);
  if (!good) return refused();
  skip_blanks();
  if (at_ != text_.size()) {
    fail(at_, "begins a sixth field, five are wanted; there are no seconds and no years");
    return refused();
  }
  // The calendar repeats after 400 years.
  const local_seconds begin = local_days(year(2000) / January / 1),
                      end = local_days(year(2400) / January / 1);
  if (!out.next(begin, end))
    return error{errc::invalid_argument, cat("\"", text_, "\" never comes: no such month has such a day")};
  return out;
}

result<cron_expression> cron_expression::parse(std::string_view text) {
  if (!text.starts_with('@')) return cron_reader(text).read();
  const auto* const found =
      std::ranges::find(words, lower(text), &std::pair<std::string_view, std::string_view>::first);
  if (found != words.end()) return cron_reader(found->second).read();
  return error{
      errc::invalid_argument,
      cat("\"", text,
          "\" is no schedule: at character 1 stands none of @hourly, @daily, @weekly, @monthly, @yearly")};
}

} // namespace reeve::config
