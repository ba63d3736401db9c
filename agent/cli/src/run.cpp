// SPDX-License-Identifier: Apache-2.0
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/os/service_host.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace reeve::cli {

namespace {

int run_service(const std::string& name, const app::run_options& options) {
  const auto status = os::run_as_service(name, [&options] { return app::run(options); });
  if (status) return *status;
  std::fprintf(stderr, "reeve: %s\n", status.error().message.c_str());
  return app::exit_failed;
}

} // namespace

void add_run(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand("run", "Run the agent in the foreground until it is told to stop");
  auto options = std::make_shared<app::run_options>();
  take_config(*verb, "-c,--config", options->config_path, options->plugin_dir);
  auto service = std::make_shared<std::string>();
  // What `reeve service install` writes into the service's command line on Windows; for nobody else, so no help names it.
  verb->add_option("--service", *service)->group("");
  verb->footer("Stops cleanly on Ctrl+C and SIGTERM, reloads on SIGHUP and `reeve reload`.\n\n"
               "Examples:\n  reeve run\n  reeve run --config /etc/reeve/reeve.toml");
  verb->callback([options, service, &c] {
    c.status = service->empty() ? app::run(*options) : run_service(*service, *options);
  });
}

} // namespace reeve::cli
