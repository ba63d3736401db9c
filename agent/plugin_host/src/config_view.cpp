// SPDX-License-Identifier: Apache-2.0
#include "config_view.hpp"

#include "reeve/base/strings.hpp"

#include <charconv>
#include <utility>

namespace reeve::plugin_host {

namespace {

constexpr std::size_t max_problems = 100;

// "group[2].name" -> "group[].name": what one element may have, each may have.
std::string without_numbers(std::string_view path) {
  std::string out;
  for (const char c : path)
    if (out.empty() || out.back() != '[' || c < '0' || c > '9') out.push_back(c);
  return out;
}

const value_node* element(const value_node& node, std::string_view index) noexcept {
  const value_node::array* elements = node.as_array();
  std::size_t i = 0;
  const auto [end, status] = std::from_chars(index.data(), index.data() + index.size(), i);
  if (!elements || status != std::errc{} || end != index.data() + index.size() || i >= elements->size())
    return nullptr;
  return &(*elements)[i];
}

} // namespace

config_view::place config_view::find(std::string_view path) {
  asked_.insert(without_numbers(path));
  place out{&root_, root_.where};
  while (!path.empty() && out.node) {
    if (path.front() == '[') {
      const std::size_t close = path.find(']');
      if (close == std::string_view::npos) return {nullptr, out.nearest};
      out.node = element(*out.node, path.substr(1, close - 1));
      path.remove_prefix(close + 1);
    } else {
      const std::size_t end = std::min(path.find_first_of(".["), path.size());
      out.node = out.node->find(path.substr(0, end));
      path.remove_prefix(end);
    }
    if (!path.empty() && path.front() == '.') path.remove_prefix(1);
    if (out.node) out.nearest = out.node->where;
  }
  return out;
}

void config_view::report(const source_position& where, std::string message, std::string hint) {
  if (problems_.size() < max_problems) problems_.push_back({where, std::move(message), {}, std::move(hint)});
}

void config_view::report_type(std::string_view path, const value_node& found, std::string_view wanted) {
  report(found.where,
         cat("plugin.", plugin_name_, ".", path, " must be ", wanted, ", not ", found.type_name()));
}

struct config_calls {
  static config_view& view(const reeve_config* c) { return *static_cast<config_view*>(c->ctx); }

  // Looks the path up; `take` stores the value and says whether it had the right type.
  template <class Take>
  static reeve_status get(const reeve_config* c, const char* path, std::string_view wanted, Take&& take) {
    try {
      config_view& v = view(c);
      const auto [node, nearest] = v.find(path);
      if (!node) return REEVE_E_NOT_FOUND;
      if (take(*node)) return REEVE_OK;
      v.report_type(path, *node, wanted);
      return REEVE_E_TYPE;
    } catch (...) {
      return REEVE_E_NOMEM;
    }
  }

  static reeve_status REEVE_CALL get_str(const reeve_config* c, const char* path, reeve_str* out) {
    return get(c, path, "a string", [&](const value_node& node) {
      const auto* text = std::get_if<std::string>(&node.value);
      if (text) *out = {text->data(), text->size()};
      return text != nullptr;
    });
  }
  static reeve_status REEVE_CALL get_i64(const reeve_config* c, const char* path, std::int64_t* out) {
    return get(c, path, "an integer", [&](const value_node& node) {
      const auto* number = std::get_if<std::int64_t>(&node.value);
      if (number) *out = *number;
      return number != nullptr;
    });
  }
  static reeve_status REEVE_CALL get_f64(const reeve_config* c, const char* path, double* out) {
    return get(c, path, "a number", [&](const value_node& node) {
      if (const auto* real = std::get_if<double>(&node.value)) {
        *out = *real;
        return true;
      }
      const auto* whole = std::get_if<std::int64_t>(&node.value);
      if (whole) *out = static_cast<double>(*whole);
      return whole != nullptr;
    });
  }
  static reeve_status REEVE_CALL get_bool(const reeve_config* c, const char* path, std::int32_t* out) {
    return get(c, path, "true or false", [&](const value_node& node) {
      const auto* flag = std::get_if<bool>(&node.value);
      if (flag) *out = *flag ? 1 : 0;
      return flag != nullptr;
    });
  }
  static reeve_status REEVE_CALL get_duration(const reeve_config* c, const char* path, std::uint64_t* out) {
    return get(c, path, "a duration such as \"10s\"", [&](const value_node& node) {
      const auto* text = std::get_if<std::string>(&node.value);
      if (!text) return false;
      const auto duration = parse_duration(*text);
      if (!duration) return false;
      *out = static_cast<std::uint64_t>(duration->count());
      return true;
    });
  }
  static reeve_status REEVE_CALL length(const reeve_config* c, const char* path, std::uint32_t* out) {
    return get(c, path, "an array or a table", [&](const value_node& node) {
      if (const auto* elements = node.as_array())
        *out = static_cast<std::uint32_t>(elements->size());
      else if (const auto* members = node.as_table())
        *out = static_cast<std::uint32_t>(members->size());
      else
        return false;
      return true;
    });
  }
  static reeve_status REEVE_CALL key_at(const reeve_config* c, const char* path, std::uint32_t i,
                                        reeve_str* out) {
    bool in_range = true;
    const reeve_status status = get(c, path, "a table", [&](const value_node& node) {
      const auto* members = node.as_table();
      if (!members) return false;
      in_range = i < members->size();
      if (in_range) *out = {(*members)[i].key.data(), (*members)[i].key.size()};
      return true;
    });
    return in_range ? status : REEVE_E_NOT_FOUND;
  }
  static void REEVE_CALL reject(const reeve_config* c, const char* path, const char* message,
                                std::size_t length) {
    try {
      config_view& v = view(c);
      std::string text = cat("plugin.", v.plugin_name_, *path && *path != '[' ? "." : "", path, ": ");
      append_utf8(text, {message, length}, 1024);
      v.report(v.find(path).nearest, std::move(text));
    } catch (...) { // out of memory: the plugin still fails its configure()
    }
  }
};

config_view::config_view(const value_node& root, std::string plugin_name)
    : root_(root), plugin_name_(std::move(plugin_name)), raw_{sizeof(reeve_config),
                                                              0,
                                                              this,
                                                              &config_calls::get_str,
                                                              &config_calls::get_i64,
                                                              &config_calls::get_f64,
                                                              &config_calls::get_bool,
                                                              &config_calls::get_duration,
                                                              &config_calls::length,
                                                              &config_calls::key_at,
                                                              &config_calls::reject} {}

void config_view::report_unread(const value_node& table, const std::string& prefix) {
  const std::size_t depth = prefix.size();
  std::vector<std::string_view> siblings; // the keys that were asked for at this place
  for (const std::string& path : asked_)
    if (path.size() > depth && path.starts_with(prefix))
      siblings.push_back(std::string_view(path).substr(depth, path.find_first_of(".[", depth) - depth));
  for (const value_node::member& m : *table.as_table()) {
    const std::string path = prefix + m.key;
    bool known = false;
    for (const std::string_view sibling : siblings)
      known = known || sibling == m.key;
    if (!known) {
      const std::string_view near = did_you_mean(m.key, siblings);
      report(m.key_where, cat("unknown key \"", m.key, "\" in plugin.", plugin_name_),
             near.empty() ? std::string() : cat("did you mean \"", near, "\"?"));
    } else if (m.value.as_table()) {
      // A table that was listed as a whole (key_at) has free keys.
      if (!asked_.contains(path)) report_unread(m.value, path + ".");
    } else if (const value_node::array* elements = m.value.as_array()) {
      for (const value_node& one : *elements)
        if (one.as_table()) report_unread(one, path + "[].");
    }
  }
}

std::vector<diagnostic> config_view::take_problems() {
  if (root_.as_table()) report_unread(root_, "");
  return std::exchange(problems_, {});
}

} // namespace reeve::plugin_host
