// SPDX-License-Identifier: Apache-2.0
// The only file that includes toml++.
#include "parse.hpp"

#include "outside_of_strings.hpp"

#include "reeve/base/strings.hpp"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>

namespace reeve::config {

namespace {

// toml++ 3.3 bounds the depth of values, but not of dotted keys, and its tables are destroyed recursively.
constexpr int most_dots_in_a_key = 200;

source_position position(const std::string& file, const toml::source_position& at) {
  return {file, static_cast<std::uint32_t>(at.line), static_cast<std::uint32_t>(at.column)};
}

class converter {
 public:
  converter(const std::string& file, problem_list& problems) : file_(file), problems_(problems) {}

  value_node convert(const toml::node& node) {
    value_node out;
    out.where = position(file_, node.source().begin);
    if (const toml::table* table = node.as_table()) {
      out.value = members(*table);
    } else if (const toml::array* array = node.as_array()) {
      value_node::array items;
      items.reserve(array->size());
      for (const toml::node& item : *array)
        items.push_back(convert(item));
      out.value = std::move(items);
    } else if (const auto* text = node.as_string()) {
      out.value = text->get();
    } else if (const auto* integer = node.as_integer()) {
      out.value = integer->get();
    } else if (const auto* real = node.as_floating_point()) {
      out.value = real->get();
    } else if (const auto* flag = node.as_boolean()) {
      out.value = flag->get();
    } else {
      problems_.add(out.where, "dates and times are not used here", "write it as text, in quotes");
    }
    return out;
  }

 private:
  value_node::table members(const toml::table& table) {
    value_node::table out;
    out.reserve(table.size());
    for (auto&& [key, node] : table)
      out.push_back({std::string(key.str()), position(file_, key.source().begin), convert(node)});
    std::ranges::stable_sort(
        out, {}, [](const value_node::member& m) { return std::pair(m.key_where.line, m.key_where.column); });
    return out;
  }

  const std::string& file_;
  problem_list& problems_;
};

// Columns count characters, as toml++ does.
std::uint32_t characters_in(std::string_view valid_utf8) {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      valid_utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::size_t valid_prefix(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size()) {
    std::size_t length = 1;
    while (length <= 4 && !is_utf8(line.substr(at, length)))
      ++length;
    if (length > 4) return at;
    at += length;
  }
  return at;
}

// Dots outside of quotes and comments.
int key_dots(std::string_view line) {
  int dots = 0;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote) {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      break;
    } else if (c == '.') {
      ++dots;
    }
  }
  return dots;
}

// toml++ 3.3 asks of each such character whether it is a blank, in code that runs into __builtin_unreachable().
bool is_ascii_outside_of_strings(const std::string& file, std::string_view text, problem_list& problems) {
  const auto at = first_foreign_byte(text);
  if (!at) return true;
  const std::string_view before = text.substr(0, *at);
  const std::size_t line_begin = before.rfind('\n') + 1; // of the first line: npos + 1
  std::size_t length = 1;
  while (!is_utf8(text.substr(*at, length)))
    ++length;
  problems.add(
      {file, static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
       characters_in(before.substr(line_begin)) + 1},
      cat("\"", text.substr(*at, length), "\" stands outside of a string"),
      "put the text or the key in quotes; beyond ASCII there are letters in strings and comments alone");
  return false;
}

bool readable(const std::string& file, std::string_view text, problem_list& problems) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    problems.add(
        {file, 0, 0}, "the file is UTF-16, it must be UTF-8",
        "save it as UTF-8; in Windows PowerShell use Set-Content -Encoding utf8 where > writes UTF-16");
    return false;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string_view whole = text;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!is_utf8(line)) {
      const std::uint32_t column = characters_in(line.substr(0, valid_prefix(line))) + 1;
      problems.add({file, number, column}, "the file is not UTF-8 from here on", "save it as UTF-8");
      return false;
    }
    if (key_dots(line) > most_dots_in_a_key) {
      problems.add({file, number, 1}, cat("more than ", most_dots_in_a_key, " dots in one line"));
      return false;
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return is_ascii_outside_of_strings(file, whole, problems);
}

std::string hint_for(std::string_view description, std::string_view line) {
  const auto says = [&](std::string_view words) { return description.find(words) != description.npos; };
  if (says("unescaped")) return "the closing quote may be missing";
  if (says("escape"))
    return "a backslash in \"...\" begins an escape; write Windows paths in single quotes: 'C:\\logs'";
  if (says("expected '='"))
    return line.find(':') == line.npos ? "" : "a key and its value are joined by =, not by :";
  // toml++ takes `info` for a number that begins with inf, so the value itself is asked.
  const std::size_t equals = line.find('=');
  const std::size_t value = equals == line.npos ? equals : line.find_first_not_of(" \t", equals + 1);
  if (value == line.npos) return {};
  const char first = line[value];
  if (first >= '0' && first <= '9')
    return "durations, sizes and addresses are written in quotes: \"10s\", \"10MB\", \"127.0.0.1:9847\"";
  if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/')
    return "text is written in quotes; true and false are written without them";
  return {};
}

} // namespace

std::optional<value_node> parse_toml(const std::string& file, const std::string& text,
                                     problem_list& problems) {
  if (!readable(file, text, problems)) return std::nullopt;
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed) {
    constexpr std::string_view prefix = "Error while parsing ";
    std::string_view description = parsed.error().description();
    const source_position where = position(file, parsed.error().source().begin);
    source_texts texts;
    texts.add(file, text);
    std::string hint = hint_for(description, texts.line(where));
    if (description.starts_with(prefix))
      problems.add(where, cat("syntax error in ", description.substr(prefix.size())), std::move(hint));
    else
      problems.add(where, cat("syntax error: ", description), std::move(hint));
    return std::nullopt;
  }
  return converter(file, problems).convert(parsed.table());
}

} // namespace reeve::config
