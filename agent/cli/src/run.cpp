// SPDX-License-Identifier: Apache-2.0
#include "verb.hpp"

#include "reeve/app/agent.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace reeve::cli {

void add_run(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand("run", "Run the agent in the foreground until it is told to stop");
  auto options = std::make_shared<app::run_options>();
  take_config(*verb, "-c,--config", options->config_path, options->plugin_dir);
  verb->footer("Stops cleanly on Ctrl+C and SIGTERM, reloads on SIGHUP and `reeve reload`.\n\n"
               "Examples:\n  reeve run\n  reeve run --config /etc/reeve/reeve.toml");
  verb->callback([options, &c] { c.status = app::run(*options); });
}

} // namespace reeve::cli
