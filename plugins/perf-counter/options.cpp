// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "metric_name.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace reeve::perf_counter {

namespace {

// What a machine shows without being told: the same on both systems, as far as each has it.
constexpr const char* default_sets[] = {"cpu",     "system",   "memory", "disk", "filesystem",
                                        "network", "pressure", "vmstat", "files"};
constexpr std::int64_t most_instances = 100'000;

std::string element(const std::string& path, std::size_t i) {
  return path + "[" + std::to_string(i) + "]";
}

bool is_absolute(const std::string& path) noexcept {
  return path.starts_with('/') || (path.size() > 2 && path[1] == ':');
}

// Asks the host for it; false when it was rejected.
class asker {
 public:
  asker(sdk::config& config, const sdk::host& host, const sdk::call& call, const reeve_counters& counters)
      : config_(config), host_(host), call_(call), counters_(counters) {}

  bool ask(wanted_counter& c, const std::string& path) {
    reeve_counter_request request{};
    request.struct_size = sizeof request;
    request.origin = c.origin;
    request.name = sdk::str(c.name);
    request.argument = sdk::str(c.argument);
    reeve_str problem{};
    const reeve_status status = counters_.want(host_.raw(), call_.raw(), &request, &c.number, &problem);
    if (status >= 0) return true;
    config_.reject(path, problem.ptr ? sdk::view(problem) : std::string_view("the host refuses it"));
    return false;
  }

 private:
  sdk::config& config_;
  const sdk::host& host_;
  const sdk::call& call_;
  const reeve_counters& counters_;
};

void read_sets(sdk::config& config, asker& host, options& o) {
  const auto add = [&](const std::string& name, const std::string& path, bool by_default) {
    wanted_counter c;
    c.name = c.shown = name;
    c.by_default = by_default;
    if (host.ask(c, path)) o.counters.push_back(std::move(c));
  };
  const std::vector<std::string> names = config.texts("sets");
  if (!config.has("", "sets")) { // an empty list is another thing
    for (const char* name : default_sets)
      add(name, "sets", true);
    return;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i))
      config.reject(element("sets", i), "\"" + names[i] + "\" is there twice");
    else
      add(names[i], element("sets", i), false);
  }
}

// The keys that say how a value is shown.
void read_presentation(sdk::config& config, const std::string& path, wanted_counter& c) {
  const auto type = config.text(path + ".type");
  if (type && *type != "gauge" && *type != "counter")
    config.reject(path + ".type", "\"" + *type + "\" is neither \"gauge\" nor \"counter\"");
  else if (type)
    c.kind = *type == "counter" ? REEVE_COUNTER : REEVE_GAUGE;
  else if (c.origin == REEVE_COUNTER_FILE)
    c.kind = REEVE_GAUGE;

  if (const auto name = config.text(path + ".name")) {
    std::string problem;
    c.metric = chosen_name(*name, c.kind != REEVE_GAUGE, problem);
    if (c.metric.empty()) config.reject(path + ".name", problem);
  } else if (c.origin == REEVE_COUNTER_FILE) {
    config.reject(path, "a number in a file needs a name, such as name = \"temperature_celsius\"");
  }
  if (const auto label = config.text(path + ".label")) {
    c.label = *label;
    if (!is_label_key(c.label))
      config.reject(path + ".label",
                    "\"" + *label + "\" is no name of a label: lower case letters, digits and underscores");
  }
  c.help = config.text_or(path + ".help", c.origin == REEVE_COUNTER_FILE ? "A number in a file." : "");
  c.scale = config.number_or(path + ".scale", 1);
  if (!std::isfinite(c.scale) || c.scale == 0)
    config.reject(path + ".scale", "a scale is a number other than 0");
  else if (c.scale < 0 && c.kind == REEVE_COUNTER)
    config.reject(path + ".scale", "a counter with a negative scale would fall");
}

void reject_presentation(sdk::config& config, const std::string& path) {
  constexpr const char* why = "control groups have names and types of their own";
  for (const char* key : {"name", "type", "label", "help"})
    if (config.text(path + "." + key)) config.reject(path + "." + key, why);
  if (config.number_or(path + ".scale", 0) != 0) config.reject(path + ".scale", why);
}

std::optional<wanted_counter> read_counter(sdk::config& config, asker& host, const std::string& path) {
  struct source {
    const char* key;
    std::uint32_t origin;
  };
  static constexpr source sources[] = {
      {"pdh", REEVE_COUNTER_PDH}, {"file", REEVE_COUNTER_FILE}, {"cgroup", REEVE_COUNTER_SET}};
  wanted_counter c;
  std::string from;
  int given = 0;
  for (const source& s : sources)
    if (const auto text = config.text(path + "." + s.key)) {
      c.origin = s.origin;
      c.name = *text;
      from = path + "." + s.key;
      ++given;
    }
  const std::string pattern = config.text_or(path + ".pattern", "");
  if (given != 1) {
    config.reject(path, "give it one of pdh, file, cgroup");
    return std::nullopt;
  }
  if (!pattern.empty() && c.origin != REEVE_COUNTER_FILE)
    config.reject(path + ".pattern", "only a file has a pattern");
  if (c.origin == REEVE_COUNTER_SET) {
    c.argument = std::exchange(c.name, "cgroup");
    c.shown = "cgroup " + c.argument;
    reject_presentation(config, path);
  } else {
    if (c.origin == REEVE_COUNTER_FILE) c.argument = pattern;
    read_presentation(config, path, c);
    c.shown = c.metric.empty() ? c.name : c.metric;
  }
  // Of a file both parts may be wrong.
  if (!c.argument.empty() && c.origin == REEVE_COUNTER_FILE && is_absolute(c.name)) from = path + ".pattern";
  if (!host.ask(c, from)) return std::nullopt;
  return c;
}

// Metrics of one name are one family, so they agree in type and label.
void check_names(sdk::config& config, const std::vector<std::pair<std::string, wanted_counter>>& read) {
  for (std::size_t i = 0; i < read.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) {
      const wanted_counter &a = read[k].second, &b = read[i].second;
      if (a.metric.empty() || a.metric != b.metric) continue;
      if (a.kind != b.kind || a.label != b.label || a.help != b.help || a.origin != b.origin) {
        config.reject(read[i].first + ".name",
                      "\"" + b.metric +
                          "\" is also the name of another counter, with another type, label or help");
        break;
      }
    }
}

} // namespace

options read_options(sdk::config& config, const sdk::host& host, const sdk::call& call,
                     const reeve_counters& counters) {
  options o;
  asker asks(config, host, call, counters);
  read_sets(config, asks, o);
  o.max_instances =
      static_cast<std::uint32_t>(config.integer_or("max_instances", o.max_instances, 1, most_instances));
  std::vector<std::pair<std::string, wanted_counter>> read;
  for (std::uint32_t i = 0, n = config.length("counter"); i < n; ++i)
    if (auto one = read_counter(config, asks, element("counter", i)))
      read.emplace_back(element("counter", i), *std::move(one));
  check_names(config, read);
  for (auto& [path, one] : read)
    o.counters.push_back(std::move(one));
  return o;
}

} // namespace reeve::perf_counter
