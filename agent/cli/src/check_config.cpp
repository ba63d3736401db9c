// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"
#include "processes/requests.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/inspect.hpp"
#include "reeve/config/print.hpp"
#include "reeve/os/runtime.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace reeve::cli {

namespace {

boost::json::value to_json(const diagnostic& d) {
  return {{"file", d.where.file}, {"line", d.where.line}, {"column", d.where.column},
          {"message", d.message}, {"excerpt", d.excerpt}, {"hint", d.hint}};
}

int check(const app::inspect_options& options, bool json) {
  const app::config_report report = app::check_config(options);
  bool ok = report.problems.empty();
  for (const app::plugin_report& p : report.plugins)
    ok = ok && p.failure.empty();
  if (json) {
    boost::json::array problems, plugins;
    for (const diagnostic& d : report.problems)
      problems.push_back(to_json(d));
    for (const app::plugin_report& p : report.plugins)
      plugins.push_back({{"name", p.name}, {"library", p.library}, {"failure", p.failure}});
    print_json({{"ok", ok},
                {"files", boost::json::value_from(report.files)},
                {"problems", problems},
                {"plugins", plugins}});
  } else {
    const bool colour = os::is_terminal(2);
    for (const diagnostic& d : report.problems)
      std::fputs(config::format(d, colour).c_str(), stderr);
    if (report.problems.empty())
      for (const app::plugin_report& p : report.plugins)
        if (!p.failure.empty())
          std::fprintf(stderr, "plugin %s cannot run: %s\n", p.name.c_str(), p.failure.c_str());
    if (ok)
      std::printf("%s: no problems (%zu file%s, %zu plugin%s)\n", options.config_path.c_str(),
                  report.files.size(), report.files.size() == 1 ? "" : "s", report.plugins.size(),
                  report.plugins.size() == 1 ? "" : "s");
  }
  const int status = ok ? app::exit_ok : app::exit_bad_config;
  if (report.stuck) os::leave(status);
  return status;
}

// The agent reads the file itself, so that it needs the whole path.
int show_changes(const std::string& instance, const std::string& file) {
  const auto changes = ask_changes(instance, std::filesystem::absolute(file).string());
  if (changes) {
    std::fputs(changes->c_str(), stdout);
    return app::exit_ok;
  }
  std::fprintf(stderr, "reeve: %s\n", changes.error().message.c_str());
  return app::exit_failed;
}

} // namespace

void add_check_config(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand("check-config", "Say everything that is wrong with a configuration");
  auto options = std::make_shared<app::inspect_options>();
  auto json = std::make_shared<bool>(false);
  take_config(*verb, "config,-c,--config", options->config_path, options->plugin_dir);
  verb->add_flag("!--no-plugins", options->with_plugins,
                 "Do not load the plugins to have them check their own tables");
  verb->add_flag("--json", *json, "Print JSON");
  auto diff = std::make_shared<bool>(false);
  auto instance = std::make_shared<std::string>("default");
  verb->add_flag("--diff", *diff, "Also say what a reload would do to the processes of the running agent");
  verb->add_option("-i,--instance", *instance, "Which agent, for --diff: its [agent] instance")
      ->capture_default_str();
  verb->footer("Exit status 0: nothing is wrong; 3: something is.\n\n"
               "Examples:\n  reeve check-config\n  reeve check-config /etc/reeve/reeve.toml --json\n"
               "  reeve check-config --diff");
  verb->callback([options, json, diff, instance, &c] {
    c.status = check(*options, *json);
    if (*diff && c.status == app::exit_ok) c.status = show_changes(*instance, options->config_path);
  });
}

} // namespace reeve::cli
