// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace reeve::process_watch {

namespace {

constexpr std::int64_t most_series = 100'000;
constexpr const char* default_name = "{{.Comm}}";

std::string element(const std::string& path, std::size_t i) {
  return path + "[" + std::to_string(i) + "]";
}

std::vector<std::string> read_texts(sdk::config& config, const std::string& path) {
  std::vector<std::string> out = config.texts(path);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (out[i].empty()) config.reject(element(path, i), "an empty text matches nothing");
  return out;
}

// Whether it was there, whatever it was worth.
bool read_pattern(sdk::config& config, const std::string& path, std::unique_ptr<const pattern>& out) {
  const auto text = config.text(path);
  if (!text) return false;
  std::string problem;
  out = pattern::compile(*text, problem);
  if (!out) config.reject(path, "not a regular expression: " + problem);
  return true;
}

bool gives_capture(const rule& r, std::string_view name) {
  const auto has = [&](const std::unique_ptr<const pattern>& p) {
    if (!p) return false;
    const std::vector<std::string> names = p->capture_names();
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return has(r.process_regex) || has(r.executable_regex) ||
         std::any_of(r.command_line_regex.begin(), r.command_line_regex.end(), has);
}

void read_name(sdk::config& config, const std::string& path, rule& r, bool patterns_are_good) {
  std::string problem;
  if (!r.name.parse(config.text_or(path, default_name), problem)) {
    config.reject(path, problem);
    return;
  }
  if (!patterns_are_good) return; // what they capture is not known
  for (const std::string_view name : r.name.match_names())
    if (!gives_capture(r, name))
      config.reject(path, "no regular expression of this group has a (?P<" + std::string(name) +
                              ">...) for {{.Matches." + std::string(name) + "}}");
}

rule read_rule(sdk::config& config, const std::string& path, const options& o) {
  rule r;
  bool patterns_are_good = true;
  const auto read_one = [&](const std::string& at, std::unique_ptr<const pattern>& out) {
    const bool given = read_pattern(config, at, out);
    patterns_are_good = patterns_are_good && given == (out != nullptr);
    return given;
  };
  r.process = read_texts(config, path + ".process");
  r.executable = read_texts(config, path + ".executable");
  r.user = read_texts(config, path + ".user");
  bool takes_some = !r.process.empty() || !r.executable.empty() || !r.user.empty();
  takes_some |= read_one(path + ".process_regex", r.process_regex);
  takes_some |= read_one(path + ".executable_regex", r.executable_regex);
  const std::string lines = path + ".command_line_regex";
  for (std::uint32_t i = 0, n = config.length(lines); i < n; ++i) {
    std::unique_ptr<const pattern> one;
    takes_some |= read_one(element(lines, i), one);
    if (one) r.command_line_regex.push_back(std::move(one));
  }
  if (!takes_some)
    config.reject(path, "takes no process: give it at least one of process, process_regex, executable, "
                        "executable_regex, command_line_regex, user");
  read_name(config, path + ".name", r, patterns_are_good);
  r.include_children = config.flag_or(path + ".include_children", false);
  r.per_process = config.flag_or(path + ".per_process", o.per_process);
  r.max_processes = static_cast<std::uint32_t>(
      config.integer_or(path + ".max_processes", o.max_per_process, 1, most_series));
  return r;
}

void read_compat(sdk::config& config, options& o) {
  const std::vector<std::string> names = config.texts("compat");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "namedprocess")
      o.namedprocess_names = true;
    else if (names[i] == "windows")
      o.windows_names = true;
    else
      config.reject(element("compat", i), "\"" + names[i] + "\" is neither \"namedprocess\" nor \"windows\"");
  }
}

void read_unmatched(sdk::config& config, options& o, bool has_rules) {
  const auto text = config.text("unmatched");
  if (!text) return;
  if (*text == "group_by_name")
    o.group_unmatched = true;
  else if (*text != "ignore")
    config.reject("unmatched", "\"" + *text + "\" is neither \"ignore\" nor \"group_by_name\"");
  else if (!has_rules)
    config.reject("unmatched", "without any [[group]] this would leave nothing to show");
}

} // namespace

bool options::any_per_process() const noexcept {
  const bool by_name = rules.empty() || group_unmatched;
  return (by_name && per_process) ||
         std::any_of(rules.begin(), rules.end(), [](const rule& r) { return r.per_process; });
}

options read_options(sdk::config& config) {
  options o;
  const auto limit = [&](const char* key, std::uint32_t otherwise) {
    return static_cast<std::uint32_t>(config.integer_or(key, otherwise, 1, most_series));
  };
  o.per_process = config.flag_or("per_process", o.per_process);
  o.process_info = config.flag_or("process_info", o.process_info);
  o.short_lived = config.flag_or("short_lived", o.short_lived);
  o.kernel_threads = config.flag_or("kernel_threads", o.kernel_threads);
  o.max_groups = limit("max_groups", o.max_groups);
  o.max_per_process = limit("max_per_process", o.max_per_process);
  o.group_ttl = config.duration_or("group_ttl", o.group_ttl);
  const std::uint32_t n = config.length("group");
  for (std::uint32_t i = 0; i < n; ++i)
    o.rules.push_back(read_rule(config, element("group", i), o));
  read_unmatched(config, o, n > 0);
  read_compat(config, o);
  if (o.windows_names && !o.any_per_process())
    config.reject("compat",
                  "\"windows\" has one series per process: set per_process = true, here or in a [[group]]");
  return o;
}

std::uint32_t deciding_texts(const options& o) noexcept {
  using variable = name_template::variable;
  std::uint32_t out = 0;
  for (const rule& r : o.rules) {
    const bool names_executable = r.name.uses(variable::exe_base) || r.name.uses(variable::exe_full);
    if (!r.executable.empty() || r.executable_regex || names_executable) out |= REEVE_PROCESS_EXECUTABLE;
    if (!r.command_line_regex.empty()) out |= REEVE_PROCESS_COMMAND_LINE;
    if (!r.user.empty() || r.name.uses(variable::username)) out |= REEVE_PROCESS_USER;
  }
  if (o.any_per_process()) {
    if (o.process_info) out |= REEVE_PROCESS_EXECUTABLE | REEVE_PROCESS_USER;
    if (o.windows_names) out |= REEVE_PROCESS_USER;
  }
  return out;
}

std::uint32_t wanted_fields(const options& o) noexcept {
  std::uint32_t out = REEVE_PROCESS_PARENT | REEVE_PROCESS_STATE | REEVE_PROCESS_CPU |
                      REEVE_PROCESS_RESIDENT_MEMORY | REEVE_PROCESS_VIRTUAL_MEMORY |
                      REEVE_PROCESS_PRIVATE_MEMORY | REEVE_PROCESS_THREADS | REEVE_PROCESS_OPEN_HANDLES |
                      REEVE_PROCESS_OPEN_HANDLES_LIMIT | REEVE_PROCESS_IO | REEVE_PROCESS_PAGE_FAULTS |
                      REEVE_PROCESS_CONTEXT_SWITCHES | REEVE_PROCESS_START_TIME;
  if (o.short_lived) out |= REEVE_PROCESS_SHORT_LIVED;
  if (o.namedprocess_names) out |= REEVE_PROCESS_SWAP_MEMORY;
  return out | deciding_texts(o);
}

} // namespace reeve::process_watch
