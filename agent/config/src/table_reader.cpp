// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/table_reader.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/config/size.hpp"

#include <algorithm>

namespace reeve::config {

namespace {

std::string_view with_article(std::string_view type) {
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"boolean", "a boolean"}, {"integer", "an integer"}, {"float", "a float"},
      {"string", "a string"},   {"array", "an array"},     {"table", "a table"}};
  for (const auto& [name, text] : names)
    if (name == type) return text;
  return type;
}

std::string quoted(std::string_view text) {
  return cat("\"", text, "\"");
}

} // namespace

table_reader::table_reader(const value_node& node, std::string name, problem_list& problems)
    : node_(node), name_(std::move(name)), problems_(problems) {
  if (!node_.as_table())
    problems_.add(node_.where, cat(name_, " must be a table, not ", with_article(node_.type_name())),
                  cat("write [", name_, "] and its keys below"));
}

bool table_reader::known(std::string_view key) const noexcept {
  return std::ranges::find(known_, key) != known_.end();
}

const value_node* table_reader::take(std::string_view key) {
  if (!known(key)) known_.emplace_back(key);
  return node_.find(key);
}

bool table_reader::has(std::string_view key) const noexcept {
  return node_.find(key) != nullptr;
}

const source_position& table_reader::where(std::string_view key) const noexcept {
  const value_node* value = node_.find(key);
  return value ? value->where : node_.where;
}

std::string table_reader::full_name(std::string_view key) const {
  return name_.empty() ? std::string(key) : cat(name_, ".", key);
}

void table_reader::problem(std::string_view key, std::string_view rest, std::string hint) {
  problems_.add(where(key), cat(full_name(key), rest), std::move(hint));
}

bool table_reader::wrong_type(std::string_view key, std::string_view wanted, std::string example) {
  problem(key, cat(" must be ", wanted, ", not ", with_article(node_.find(key)->type_name())),
          example.empty() ? std::string() : cat("for example: ", key, " = ", example));
  return false;
}

bool table_reader::out_of_range(std::string_view key, const std::string& value, const std::string& min,
                                const std::string& max) {
  problem(key, cat(" is ", value, ", allowed is ", min, " to ", max));
  return false;
}

bool table_reader::read(std::string_view key, bool& out) {
  const value_node* value = take(key);
  if (!value) return false;
  const bool* flag = std::get_if<bool>(&value->value);
  if (!flag) return wrong_type(key, "true or false", out ? "true" : "false");
  out = *flag;
  return true;
}

bool table_reader::read(std::string_view key, std::string& out) {
  const value_node* value = take(key);
  if (!value) return false;
  const std::string* text = std::get_if<std::string>(&value->value);
  if (!text) return wrong_type(key, "a string", out.empty() ? std::string() : quoted(out));
  out = *text;
  return true;
}

bool table_reader::read_integer(std::string_view key, std::int64_t& out, std::int64_t min, std::int64_t max) {
  const value_node* value = take(key);
  if (!value) return false;
  const std::int64_t* number = std::get_if<std::int64_t>(&value->value);
  if (!number) return wrong_type(key, "an integer", cat(out));
  if (*number < min || *number > max) return out_of_range(key, cat(*number), cat(min), cat(max));
  out = *number;
  return true;
}

bool table_reader::read(std::string_view key, double& out, double min, double max) {
  const value_node* value = take(key);
  if (!value) return false;
  double number = 0;
  if (const double* real = std::get_if<double>(&value->value))
    number = *real;
  else if (const std::int64_t* integer = std::get_if<std::int64_t>(&value->value))
    number = static_cast<double>(*integer);
  else
    return wrong_type(key, "a number", cat(out));
  if (!(number >= min && number <= max)) return out_of_range(key, cat(number), cat(min), cat(max)); // nan too
  out = number;
  return true;
}

bool table_reader::read_duration(std::string_view key, nanoseconds& out, nanoseconds min, nanoseconds max) {
  const value_node* value = take(key);
  if (!value) return false;
  const std::string* text = std::get_if<std::string>(&value->value);
  if (!text) return wrong_type(key, "a duration in quotes", quoted(format_duration(out)));
  const result<nanoseconds> duration = parse_duration(*text);
  if (!duration) {
    problem(key, cat(": ", duration.error().message));
    return false;
  }
  if (*duration < min || *duration > max)
    return out_of_range(key, format_duration(*duration), format_duration(min), format_duration(max));
  out = *duration;
  return true;
}

bool table_reader::read_size(std::string_view key, std::uint64_t& out, std::uint64_t min, std::uint64_t max) {
  const value_node* value = take(key);
  if (!value) return false;
  std::uint64_t size = 0;
  if (const std::string* text = std::get_if<std::string>(&value->value)) {
    const result<std::uint64_t> parsed = parse_size(*text);
    if (!parsed) {
      problem(key, cat(": ", parsed.error().message));
      return false;
    }
    size = *parsed;
  } else if (const std::int64_t* bytes = std::get_if<std::int64_t>(&value->value)) {
    if (*bytes < 0) return out_of_range(key, cat(*bytes), format_size(min), format_size(max));
    size = static_cast<std::uint64_t>(*bytes);
  } else {
    return wrong_type(key, "a size in quotes or a number of bytes", quoted(format_size(out)));
  }
  if (size < min || size > max)
    return out_of_range(key, format_size(size), format_size(min), format_size(max));
  out = size;
  return true;
}

bool table_reader::read_one_of(std::string_view key, std::string& out,
                               std::span<const std::string_view> allowed) {
  std::string text = out;
  if (!read(key, text)) return false;
  if (std::ranges::find(allowed, text) != allowed.end()) {
    out = std::move(text);
    return true;
  }
  std::string choices;
  for (std::size_t i = 0; i < allowed.size(); ++i)
    choices += cat(i == 0 ? "" : i + 1 == allowed.size() ? " or " : ", ", quoted(allowed[i]));
  const std::string_view near = did_you_mean(text, allowed);
  problem(key, cat(" is ", quoted(text), ", allowed is ", choices),
          near.empty() ? std::string() : cat("did you mean ", quoted(near), "?"));
  return false;
}

bool table_reader::read_strings(std::string_view key, std::vector<std::string>& out,
                                std::vector<source_position>* where) {
  const value_node* value = take(key);
  if (!value) return false;
  std::vector<std::string> texts;
  std::vector<source_position> places;
  const auto add = [&](const value_node& item) {
    const std::string* text = std::get_if<std::string>(&item.value);
    if (!text) return false;
    texts.push_back(*text);
    places.push_back(item.where);
    return true;
  };
  if (const value_node::array* items = value->as_array()) {
    bool good = true;
    for (const value_node& item : *items)
      if (!add(item)) {
        problems_.add(item.where,
                      cat(full_name(key), " must hold strings only, not ", with_article(item.type_name())));
        good = false;
      }
    if (!good) return false;
  } else if (!add(*value)) {
    return wrong_type(key, "a string or an array of strings",
                      out.empty() ? std::string() : quoted(out.front()));
  }
  out = std::move(texts);
  if (where) *where = std::move(places);
  return true;
}

std::vector<const value_node*> table_reader::take_tables(std::string_view key) {
  std::vector<const value_node*> out;
  const value_node* value = take(key);
  if (!value) return out;
  const value_node::array* items = value->as_array();
  if (!items ||
      !std::ranges::all_of(*items, [](const value_node& item) { return item.as_table() != nullptr; })) {
    problem(key,
            items ? " must hold tables only"
                  : cat(" must be an array of tables, not ", with_article(value->type_name())),
            cat("write [[", full_name(key), "]] above each"));
    return out;
  }
  for (const value_node& item : *items)
    out.push_back(&item);
  return out;
}

void table_reader::finish() {
  const value_node::table* members = node_.as_table();
  if (!members) return;
  const std::vector<std::string_view> candidates(known_.begin(), known_.end());
  for (const value_node::member& m : *members) {
    if (known(m.key)) continue;
    const std::string_view near = did_you_mean(m.key, candidates);
    std::string hint;
    if (!near.empty()) {
      hint = cat("did you mean ", quoted(near), "?");
    } else {
      hint = name_.empty() ? std::string("the file may have: ") : cat("[", name_, "] may have: ");
      for (std::size_t i = 0; i < candidates.size(); ++i)
        hint += cat(i ? ", " : "", candidates[i]);
    }
    problems_.add(m.key_where,
                  name_.empty() ? cat("unknown key ", quoted(m.key))
                                : cat("unknown key ", quoted(m.key), " in [", name_, "]"),
                  std::move(hint));
  }
}

value_node table_reader::rest() const {
  value_node out;
  out.where = node_.where;
  value_node::table kept;
  if (const value_node::table* members = node_.as_table())
    std::ranges::copy_if(*members, std::back_inserter(kept),
                         [&](const value_node::member& m) { return !known(m.key); });
  out.value = std::move(kept);
  return out;
}

} // namespace reeve::config
