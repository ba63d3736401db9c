// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_config.hpp"

#include "tests/support/toml_reader.hpp"

#include <charconv>
#include <cstdlib>

namespace reeve::testing {

namespace {

// "group[2].name" -> "group[].name"
std::string without_numbers(std::string_view path) {
  std::string out;
  for (const char c : path)
    if (out.empty() || out.back() != '[' || c < '0' || c > '9') out.push_back(c);
  return out;
}

// One number and one unit, such as "5m" or "250ms".
bool read_duration(const std::string& text, std::uint64_t& out) {
  constexpr std::pair<std::string_view, std::uint64_t> units[] = {
      {"ns", 1}, {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};
  std::uint64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{}) return false;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, factor] : units)
    if (unit == name) {
      out = number * factor;
      return true;
    }
  return false;
}

} // namespace

struct fake_config_calls {
  using node = fake_config::node;

  template <class Take>
  static reeve_status get(const reeve_config* c, const char* path, const char* wanted, Take&& take) {
    fake_config& self = *static_cast<fake_config*>(c->ctx);
    const node* found = self.find(path);
    if (!found) return REEVE_E_NOT_FOUND;
    if (take(*found)) return REEVE_OK;
    self.rejections_.push_back({path, std::string("must be ") + wanted});
    return REEVE_E_TYPE;
  }
  template <class T, class Out>
  static bool copy(const node& n, Out* out) {
    const T* value = std::get_if<T>(&n.value);
    if (value) *out = static_cast<Out>(*value);
    return value != nullptr;
  }
  static reeve_status REEVE_CALL get_str(const reeve_config* c, const char* path, reeve_str* out) {
    return get(c, path, "a string", [&](const node& n) {
      const auto* text = std::get_if<std::string>(&n.value);
      if (text) *out = {text->data(), text->size()};
      return text != nullptr;
    });
  }
  static reeve_status REEVE_CALL get_i64(const reeve_config* c, const char* path, std::int64_t* out) {
    return get(c, path, "an integer", [&](const node& n) { return copy<std::int64_t>(n, out); });
  }
  static reeve_status REEVE_CALL get_f64(const reeve_config* c, const char* path, double* out) {
    return get(c, path, "a number",
               [&](const node& n) { return copy<double>(n, out) || copy<std::int64_t>(n, out); });
  }
  static reeve_status REEVE_CALL get_bool(const reeve_config* c, const char* path, std::int32_t* out) {
    return get(c, path, "true or false", [&](const node& n) { return copy<bool>(n, out); });
  }
  static reeve_status REEVE_CALL get_duration(const reeve_config* c, const char* path, std::uint64_t* out) {
    return get(c, path, "a duration", [&](const node& n) {
      const auto* text = std::get_if<std::string>(&n.value);
      return text && read_duration(*text, *out);
    });
  }
  static reeve_status REEVE_CALL length(const reeve_config* c, const char* path, std::uint32_t* out) {
    return get(c, path, "an array or a table", [&](const node& n) {
      if (const auto* elements = std::get_if<fake_config::array>(&n.value))
        *out = static_cast<std::uint32_t>(elements->size());
      else if (const auto* members = std::get_if<fake_config::table>(&n.value))
        *out = static_cast<std::uint32_t>(members->size());
      else
        return false;
      return true;
    });
  }
  static reeve_status REEVE_CALL key_at(const reeve_config* c, const char* path, std::uint32_t i,
                                        reeve_str* out) {
    bool in_range = true;
    const reeve_status status = get(c, path, "a table", [&](const node& n) {
      const auto* members = std::get_if<fake_config::table>(&n.value);
      if (!members) return false;
      in_range = i < members->size();
      if (in_range) *out = {(*members)[i].first.data(), (*members)[i].first.size()};
      return true;
    });
    return in_range ? status : REEVE_E_NOT_FOUND;
  }
  static void REEVE_CALL reject(const reeve_config* c, const char* path, const char* message,
                                std::size_t length) {
    static_cast<fake_config*>(c->ctx)->rejections_.push_back({path, std::string(message, length)});
  }
};

fake_config::fake_config(std::string_view toml, std::string_view part)
    : root_(toml_reader(toml).read()), raw_{sizeof(reeve_config),
                                            0,
                                            this,
                                            &fake_config_calls::get_str,
                                            &fake_config_calls::get_i64,
                                            &fake_config_calls::get_f64,
                                            &fake_config_calls::get_bool,
                                            &fake_config_calls::get_duration,
                                            &fake_config_calls::length,
                                            &fake_config_calls::key_at,
                                            &fake_config_calls::reject} {
  if (part.empty()) return;
  const node* found = find(part);
  node copy = found ? *found : node{};
  root_ = std::move(copy);
  asked_.clear();
}

const fake_config::node* fake_config::find(std::string_view path) {
  asked_.insert(without_numbers(path));
  const node* at = &root_;
  while (!path.empty() && at) {
    if (path.front() == '[') {
      const std::size_t close = path.find(']');
      const auto* elements = std::get_if<array>(&at->value);
      const std::size_t i = std::strtoull(std::string(path.substr(1, close - 1)).c_str(), nullptr, 10);
      at = elements && i < elements->size() ? &(*elements)[i] : nullptr;
      path.remove_prefix(close + 1);
    } else {
      const std::string_view key = path.substr(0, path.find_first_of(".["));
      const auto* members = std::get_if<table>(&at->value);
      at = nullptr;
      if (members)
        for (const auto& [name, value] : *members)
          if (name == key) at = &value;
      path.remove_prefix(key.size());
    }
    if (!path.empty() && path.front() == '.') path.remove_prefix(1);
  }
  return at;
}

void fake_config::collect_unread(const node& at, const std::string& path, const std::string& plain,
                                 std::vector<std::string>& out) const {
  if (const auto* members = std::get_if<table>(&at.value)) {
    for (const auto& [name, value] : *members) {
      const std::string key = path.empty() ? name : path + "." + name;
      const std::string key_plain = plain.empty() ? name : plain + "." + name;
      bool known = asked_.contains(key_plain);
      for (const std::string& asked : asked_) // or something below it
        known = known || asked.starts_with(key_plain + ".") || asked.starts_with(key_plain + "[");
      if (known)
        collect_unread(value, key, key_plain, out);
      else
        out.push_back(key);
    }
  } else if (const auto* elements = std::get_if<array>(&at.value)) {
    for (std::size_t i = 0; i < elements->size(); ++i)
      if (std::holds_alternative<table>((*elements)[i].value))
        collect_unread((*elements)[i], path + "[" + std::to_string(i) + "]", plain + "[]", out);
  }
}

std::vector<std::string> fake_config::unread() const {
  std::vector<std::string> out;
  collect_unread(root_, "", "", out);
  return out;
}

} // namespace reeve::testing
