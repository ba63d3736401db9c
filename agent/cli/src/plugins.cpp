// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/inspect.hpp"
#include "reeve/config/print.hpp"
#include "reeve/os/runtime.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace reeve::cli {

namespace {

boost::json::value to_json(const app::plugin_report& p) {
  return {{"name", p.name},      {"id", p.id},           {"version", p.version},
          {"abi", p.abi},        {"vendor", p.vendor},   {"description", p.text},
          {"sdk", p.sdk},        {"library", p.library}, {"configured", p.configured},
          {"failure", p.failure}};
}

void print_table(const app::config_report& report) {
  std::printf("%-20s %-10s %-5s %-11s %-34s %s\n", "NAME", "VERSION", "ABI", "CONFIGURED", "ID", "LIBRARY");
  for (const app::plugin_report& p : report.plugins) {
    std::printf("%-20s %-10s %-5s %-11s %-34s %s\n", p.name.c_str(), p.version.c_str(), p.abi.c_str(),
                p.configured ? "yes" : "no", p.id.c_str(), p.library.c_str());
    if (!p.failure.empty()) std::printf("  cannot be loaded: %s\n", p.failure.c_str());
  }
}

int list(const app::inspect_options& options, bool json) {
  const app::config_report report = app::list_plugins(options);
  if (!report.problems.empty()) {
    for (const diagnostic& d : report.problems)
      std::fputs(config::format(d, os::is_terminal(2)).c_str(), stderr);
    return app::exit_bad_config;
  }
  bool ok = true;
  boost::json::array all;
  for (const app::plugin_report& p : report.plugins) {
    ok = ok && (!p.configured || p.failure.empty());
    all.push_back(to_json(p));
  }
  if (json)
    print_json(all);
  else
    print_table(report);
  return ok ? app::exit_ok : app::exit_failed;
}

} // namespace

void add_plugins(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("plugins", "List the plugins that are configured or lie in the plugin folder");
  auto options = std::make_shared<app::inspect_options>();
  auto json = std::make_shared<bool>(false);
  take_config(*verb, "-c,--config", options->config_path, options->plugin_dir);
  verb->add_flag("--json", *json, "Print JSON");
  verb->footer("Exit status 1 when a plugin that the configuration names cannot be loaded.\n\n"
               "Examples:\n  reeve plugins\n  reeve plugins --json");
  verb->callback([options, json, &c] { c.status = list(*options, *json); });
}

} // namespace reeve::cli
