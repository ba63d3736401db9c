// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/silences.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::remedy {

namespace {

bool is_match(const label_matcher& m, std::string_view rule, const rules::label_list& labels) {
  std::string_view value;
  if (m.name == "rule") {
    value = rule;
  } else if (const auto found = std::ranges::find(labels, m.name, &rules::label_list::value_type::first);
             found != labels.end()) {
    value = found->second;
  }
  return (value == m.value) == m.is_equal;
}

} // namespace

std::string to_text(const label_matcher& m) {
  return cat(m.name, m.is_equal ? "=\"" : "!=\"", m.value, "\"");
}

result<label_matcher> matcher_from(std::string_view text) {
  if (text.find('\n') != text.npos) return error{errc::invalid_argument, "a matcher has one line", 0};
  const std::size_t equals = text.find('=');
  label_matcher out;
  out.is_equal = equals == text.npos || equals == 0 || text[equals - 1] != '!';
  out.name = text.substr(0, equals == text.npos ? equals : equals - (out.is_equal ? 0 : 1));
  if (equals == text.npos || out.name.empty())
    return error{errc::invalid_argument, cat("\"", text, "\" is not of the form name=value or name!=value"),
                 0};
  std::string_view value = text.substr(equals + 1);
  if (value.starts_with('~') || out.name.ends_with('~'))
    return error{errc::invalid_argument, cat("\"", text, "\": there are no patterns in silences"), 0};
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
    value = value.substr(1, value.size() - 2);
  out.value = value;
  return out;
}

std::string describe(const silence& s) {
  std::string what;
  for (const label_matcher& m : s.matchers)
    what += cat(what.empty() ? "" : " ", to_text(m));
  return cat("the silence ", s.id, " of ", what, " by ", s.by, " until ", format_utc(s.until),
             s.comment.empty() ? "" : ": ", s.comment);
}

result<std::uint64_t> silence_list::add(silence s, nanoseconds unix_now) {
  expire(unix_now);
  if (s.matchers.empty()) return error{errc::invalid_argument, "a silence must name what it covers", 0};
  if (s.until <= unix_now) return error{errc::invalid_argument, "the silence would be over already", 0};
  if (list_.size() >= most) return error{errc::limit, cat("there are ", most, " silences already"), 0};
  s.id = ++last_id_;
  list_.push_back(std::move(s));
  return last_id_;
}

bool silence_list::remove(std::uint64_t id) {
  return std::erase_if(list_, [&](const silence& s) { return s.id == id; }) != 0;
}

void silence_list::expire(nanoseconds unix_now) {
  std::erase_if(list_, [&](const silence& s) { return s.until <= unix_now; });
}

const silence* silence_list::covering(std::string_view rule, const rules::label_list& labels,
                                      nanoseconds unix_now) const {
  const auto found = std::ranges::find_if(list_, [&](const silence& s) {
    return s.until > unix_now &&
           std::ranges::all_of(s.matchers, [&](const label_matcher& m) { return is_match(m, rule, labels); });
  });
  return found == list_.end() ? nullptr : &*found;
}

const silence* silence_list::covering_all_of(std::string_view rule, nanoseconds unix_now) const {
  const auto found = std::ranges::find_if(list_, [&](const silence& s) {
    return s.until > unix_now && std::ranges::all_of(s.matchers, [&](const label_matcher& m) {
             return m.name == "rule" && is_match(m, rule, {});
           });
  });
  return found == list_.end() ? nullptr : &*found;
}

void silence_list::restore(silence s) {
  if (list_.size() >= most) return;
  last_id_ = std::max(last_id_, s.id);
  list_.push_back(std::move(s));
}

} // namespace reeve::remedy
