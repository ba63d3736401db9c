// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "reeve/process_table.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>

namespace reeve::handle_leak {

namespace {

std::vector<std::string> read_patterns(sdk::config& config, const std::string& key) {
  std::vector<std::string> out = config.texts(key);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (out[i].empty())
      config.reject(key + "[" + std::to_string(i) + "]", "an empty pattern matches nothing");
  return out;
}

void read_resources(sdk::config& config, watch_options& w) {
  const std::vector<std::string> names = config.texts("resources");
  if (names.empty()) return; // all
  w.watched.fill(false);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto at = std::find_if(all_resources.begin(), all_resources.end(),
                                 [&](resource r) { return names[i] == name_of(r); });
    if (at == all_resources.end())
      config.reject("resources[" + std::to_string(i) + "]",
                    "\"" + names[i] + "\" is neither \"handles\" nor \"threads\" nor \"memory\"");
    else
      w.watched[static_cast<std::size_t>(*at)] = true;
  }
}

void read_sensitivity(sdk::config& config, watch_options& w) {
  const std::string text = config.text_or("sensitivity", "normal");
  if (text == "low")
    w.sensitivity = 0.5;
  else if (text == "high")
    w.sensitivity = 2;
  else if (text != "normal")
    config.reject("sensitivity", "\"" + text + "\" is neither \"low\" nor \"normal\" nor \"high\"");
}

} // namespace

options read_options(sdk::config& config) {
  options o;
  o.watch.names.include = read_patterns(config, "include");
  o.watch.names.exclude = read_patterns(config, "exclude");
  o.kernel_threads = config.flag_or("kernel_threads", o.kernel_threads);
  read_resources(config, o.watch);
  read_sensitivity(config, o.watch);
  for (const resource r : all_resources) {
    const std::int64_t limit =
        config.integer_or(std::string("limit_") + name_of(r), 0, 0, std::numeric_limits<std::int64_t>::max());
    if (limit > 0) o.watch.limit[static_cast<std::size_t>(r)] = static_cast<double>(limit);
  }
  o.watch.warm_up_seconds =
      std::chrono::duration<double>(config.duration_or("warm_up", std::chrono::nanoseconds(0))).count();
  const auto bound = [&](const char* key, std::size_t otherwise, std::int64_t most, std::int64_t least = 1) {
    return static_cast<std::size_t>(
        config.integer_or(key, static_cast<std::int64_t>(otherwise), least, most));
  };
  o.kind_readings = bound("kind_readings", o.kind_readings, 1000, 0);
  o.watch.max_processes = bound("max_processes", o.watch.max_processes, 100'000);
  o.max_reported = bound("max_reported", o.max_reported, 10'000);
  return o;
}

std::uint32_t wanted_fields(const options& o) noexcept {
  const auto watched = [&](resource r) { return o.watch.watched[static_cast<std::size_t>(r)]; };
  std::uint32_t out = 0;
  if (watched(resource::handles)) out |= REEVE_PROCESS_OPEN_HANDLES | REEVE_PROCESS_OPEN_HANDLES_LIMIT;
  if (watched(resource::threads)) out |= REEVE_PROCESS_THREADS;
  if (watched(resource::memory)) out |= REEVE_PROCESS_PRIVATE_MEMORY;
  return out;
}

} // namespace reeve::handle_leak
