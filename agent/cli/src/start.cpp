// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "processes/requests.hpp"
#include "verb.hpp"

#include "reeve/base/strings.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace reeve::cli {

namespace {

void take(CLI::App* verb, context& c, const char* examples) {
  auto names = std::make_shared<std::vector<std::string>>();
  auto instance = std::make_shared<std::string>("default");
  verb->add_option("NAME", *names, "Names of [[process]] or [[job]] tables or of groups, or all")->required();
  verb->add_option("-i,--instance", *instance, "Which agent: its [agent] instance")->capture_default_str();
  auto patience = std::make_shared<std::string>();
  take_timeout(*verb, *patience);
  verb->footer(examples);
  verb->callback([names, instance, patience, verb, &c] {
    c.status = tell_processes(*instance, verb->get_name(), *names, *parse_duration(*patience)); // checked
  });
}

} // namespace

void add_start(CLI::App& root, context& c) {
  take(
      root.add_subcommand("start", "Start managed processes, also those that were given up, or run jobs now"),
      c, "Examples:\n  reeve start web\n  reeve start all\n  reeve start backup");
}

void add_restart(CLI::App& root, context& c) {
  take(root.add_subcommand("restart", "Stop managed processes and start them again"), c,
       "Examples:\n  reeve restart web worker\n  reeve restart all --instance staging");
}

void add_reset(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand(
      "reset", "Forget the failures of managed processes, rules and mappings that were given up");
  auto names = std::make_shared<std::vector<std::string>>();
  auto instance = std::make_shared<std::string>("default");
  verb->add_option(
          "NAME", *names,
          "Names of [[process]], [[rule]] or [[webhook.alert]] tables or of groups; all: every process")
      ->required();
  verb->add_option("-i,--instance", *instance, "Which agent: its [agent] instance")->capture_default_str();
  verb->footer("It starts no process; reeve start does that, and resets too. A rule whose condition holds "
               "acts again.\n\n"
               "Examples:\n  reeve reset web\n  reeve reset leak\n  reeve reset all");
  verb->callback([names, instance, &c] { c.status = reset_processes(*instance, *names); });
}

} // namespace reeve::cli
