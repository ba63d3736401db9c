// SPDX-License-Identifier: Apache-2.0
#include "label_matcher.hpp"

#include "reeve/base/strings.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace reeve::config {

namespace {

using relation = label_matcher::relation;

error bad(std::string_view text, std::string_view why) {
  return {errc::invalid_argument, cat("\"", text, "\" is no matcher: ", why)};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

bool is_label(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::ranges::all_of(text, fits);
}

// What stands between quotes; false when a quote is left over.
bool unquote(std::string_view text, std::string& out) {
  text = text.substr(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size();
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      // Alertmanager knows these three escapes and leaves a backslash before anything else as it is.
      if (text[i] == 'n') {
        out += '\n';
        continue;
      }
      if (text[i] != '"' && text[i] != '\\') out += '\\';
    }
    out += text[i];
  }
  return false;
}

} // namespace

result<label_matcher> parse_label_matcher(std::string_view text) {
  const std::size_t at = text.find_first_of("=!");
  if (at == text.npos) return bad(text, "there is none of =, !=, =~ and !~ in it");
  label_matcher out;
  const std::string_view sign = text.substr(at, 2);
  std::size_t length = 2;
  if (sign == "!=") {
    out.is = relation::not_equal;
  } else if (sign == "=~") {
    out.is = relation::matches;
  } else if (sign == "!~") {
    out.is = relation::matches_not;
  } else if (sign.starts_with('=')) {
    length = 1;
  } else {
    return bad(text, "behind ! stands neither = nor ~");
  }
  const std::string_view label = trimmed(text.substr(0, at)), value = trimmed(text.substr(at + length));
  if (!is_label(label)) return bad(text, "in front of the sign stands no name of a label");
  out.label = label;
  if (value.starts_with('"')) {
    if (!unquote(value, out.value)) return bad(text, "the value's quotes are not at its two ends");
  } else if (value.find('"') != value.npos) {
    return bad(text, "a value with a quote in it is written in quotes, and that one as \\\"");
  } else {
    out.value = value;
  }
  if (out.is == relation::matches || out.is == relation::matches_not) {
    RE2::Options options;
    options.set_log_errors(false); // it would write to stderr
    const RE2 regex(out.value, options);
    if (!regex.ok()) return bad(text, cat(regex.error(), "; the syntax is RE2's"));
  }
  return out;
}

} // namespace reeve::config
