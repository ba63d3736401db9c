// SPDX-License-Identifier: Apache-2.0
#include "read_settings.hpp"

#include "read_file.hpp"
#include "read_jobs.hpp"
#include "read_processes.hpp"
#include "read_remedy.hpp"
#include "read_rules.hpp"
#include "read_webhook.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/config/table_reader.hpp"
#include "rules.hpp"

#include <algorithm>
#include <array>

namespace reeve::config {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

void read_agent(table_reader in, agent_settings& out) {
  std::string instance;
  if (in.read("instance", instance = out.instance)) {
    if (is_name(instance))
      out.instance = instance;
    else
      in.problem("instance", cat(" is \"", instance, "\", allowed is ", name_rule));
  }
  read_absolute(in, "plugin_dir", out.plugin_dir);
  in.read("control", out.control);
  read_absolute(in, "state_dir", out.state_dir);
  static constexpr std::array<std::string_view, 2> ways{"leave", "stop"};
  in.read_one_of("processes_on_stop", out.processes_on_stop, ways);
  in.read_one_of("strays", out.strays, ways);
  in.finish();
}

void read_listen(table_reader& in, std::vector<endpoint>& out, problem_list& problems) {
  std::vector<std::string> texts{format_endpoint(out.front())};
  std::vector<source_position> places;
  if (!in.read_strings("listen", texts, &places)) return;
  if (texts.empty()) {
    in.problem("listen", " is empty", "name at least one address, for example \"127.0.0.1:9847\"");
    return;
  }
  out.clear();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    result<endpoint> parsed = parse_endpoint(texts[i]);
    if (!parsed) {
      problems.add(places[i], cat("http.listen: ", parsed.error().message));
    } else if (parsed->port != 0 && std::ranges::find(out, *parsed) != out.end()) {
      problems.add(places[i], cat("http.listen has \"", texts[i], "\" twice"));
    } else {
      out.push_back(std::move(*parsed));
    }
  }
}

void read_http(table_reader in, http_settings& out, problem_list& problems) {
  read_listen(in, out.listen, problems);
  in.read("max_connections", out.max_connections, 1, 65536);
  in.read("reload_endpoint", out.reload_endpoint);
  in.read("gzip", out.gzip);
  in.read_duration("request_timeout", out.request_timeout, 100ms, 1h);
  in.finish();
}

void read_scrape(table_reader in, scrape_settings& out) {
  in.read_duration("max_age", out.max_age, 0s, days(1));
  in.read_duration("refresh_deadline", out.refresh_deadline, 0s, 1min);
  in.finish();
}

void read_log(table_reader in, log_settings& out) {
  static constexpr std::array<std::string_view, 5> levels{"trace", "debug", "info", "warn", "error"};
  static constexpr std::array<std::string_view, 2> formats{"text", "json"};
  in.read_one_of("level", out.level, levels);
  in.read_one_of("format", out.format, formats);
  read_absolute(in, "file", out.file);
  in.read_size("max_size", out.max_size, 1'000, 1'000'000'000'000);
  in.read("max_files", out.max_files, 1, 1000);
  in.read_duration("repeat_window", out.repeat_window, 0s, days(1));
  in.finish();
}

void read_sampling(table_reader& in, sampling_settings& out) {
  in.read_duration("interval", out.interval, 100ms, days(1));
  in.read_duration("deadline", out.deadline, 10ms, 1h);
  in.read("failures_before_quarantine", out.failures_before_quarantine, 1, 1000);
  const bool min_given = in.read_duration("quarantine_min", out.quarantine_min, 1s, days(1));
  const bool max_given = in.read_duration("quarantine_max", out.quarantine_max, 1s, days(1));
  if ((min_given || max_given) && out.quarantine_min > out.quarantine_max) {
    if (min_given)
      in.problem("quarantine_min",
                 cat(" is ", format_duration(out.quarantine_min), ", longer than quarantine_max (",
                     format_duration(out.quarantine_max), ")"));
    else
      in.problem("quarantine_max",
                 cat(" is ", format_duration(out.quarantine_max), ", shorter than quarantine_min (",
                     format_duration(out.quarantine_min), ")"));
  }
  in.read("max_series", out.max_series, 1, 10'000'000);
  in.read("max_families", out.max_families, 1, 100'000);
}

void read_library(table_reader& in, std::string& out) {
  std::string text = out;
  if (!in.read("library", text)) return;
  const std::filesystem::path path = to_path(text);
  const bool bare = text.find_first_of("/\\") == text.npos && text != "." && text != "..";
  const std::string extension = to_utf8(path.extension());
  if (text.empty()) {
    in.problem("library", " is empty");
  } else if (path.is_absolute()) {
    out = std::move(text);
  } else if (!bare) {
    in.problem("library", cat(" is \"", text, "\", which is neither a file name nor an absolute path"));
  } else if (extension == ".so" || extension == ".dll" || extension == ".dylib") {
    in.problem("library", cat(" is \"", text, "\", a file name is given without its extension"),
               cat("write library = \"", to_utf8(path.stem()), "\", it then fits every system"));
  } else {
    out = std::move(text);
  }
}

plugin_settings read_plugin(const value_node::member& entry, const settings& host, problem_list& problems) {
  plugin_settings out;
  static_cast<sampling_settings&>(out) = host.plugin_defaults;
  out.name = entry.key;
  out.library = entry.key;
  out.max_age = host.scrape.max_age;
  out.where = entry.value.where;
  if (!is_name(entry.key))
    problems.add(entry.key_where, cat("plugin name \"", entry.key, "\" is not allowed"),
                 cat("allowed is ", name_rule));
  if (entry.key == "agent")
    problems.add(entry.key_where, "plugin name \"agent\" is not allowed",
                 "it stands for the agent in metrics and events");
  table_reader in(entry.value, cat("plugin.", entry.key), problems);
  in.read("enabled", out.enabled);
  read_library(in, out.library);
  in.read_duration("max_age", out.max_age, 0s, days(1));
  read_sampling(in, out);
  out.options = in.rest();
  return out;
}

std::vector<std::string_view> names_of_responses(const settings& s) {
  std::vector<std::string_view> out;
  for (const rule_settings& r : s.rules)
    out.push_back(r.name);
  if (s.webhook)
    for (const webhook_alert_settings& a : s.webhook->alerts)
      out.push_back(a.name);
  return out;
}

} // namespace

settings read_settings(const value_node& root, problem_list& problems) {
  static const value_node nothing{value_node::table{}, {}};
  settings out;
  table_reader in(root, {}, problems);
  const auto table = [&](std::string_view key) {
    const value_node* node = in.take(key);
    return table_reader(node ? *node : nothing, std::string(key), problems);
  };
  read_agent(table("agent"), out.agent);
  read_http(table("http"), out.http, problems);
  read_scrape(table("scrape"), out.scrape);
  read_log(table("log"), out.log);
  table_reader defaults = table("plugin_defaults");
  read_sampling(defaults, out.plugin_defaults);
  defaults.finish();
  if (const value_node* plugins = in.take("plugin")) {
    if (const value_node::table* members = plugins->as_table()) {
      for (const value_node::member& entry : *members)
        out.plugins.push_back(read_plugin(entry, out, problems));
    } else {
      problems.add(plugins->where, "plugin must hold one table per plugin", "write [plugin.NAME]");
    }
  }
  out.processes = read_processes(in, problems);
  out.jobs = read_jobs(in, out.processes, problems);
  read_remedy(table("remedy"), out.remedy, problems);
  read_rule_engine(table("rules"), out.rule_engine);
  out.rules = read_rules(in, problems);
  out.webhook = read_webhook(in, out.http.listen, out.rules, problems);
  out.maintenance = read_maintenance(in, names_of_responses(out), problems);
  in.finish();
  return out;
}

} // namespace reeve::config
