// SPDX-License-Identifier: Apache-2.0
#include "reeve/cli/command_line.hpp"

#include "verb.hpp"

#include "reeve/app/agent.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <cstdio>

namespace reeve::cli {

int main(int argc, char** argv) {
  context c;
  CLI::App root("Reeve watches the processes of this machine and serves what it sees as Prometheus metrics.", "reeve");
  root.require_subcommand(1);
  root.fallthrough(false);
  root.footer("Exit status: 0 done, 1 it failed, 2 wrong usage, 3 the configuration has errors.\n\n"
              "Examples:\n  reeve run                      serve http://127.0.0.1:9847/metrics\n"
              "  reeve check-config             say what is wrong with the configuration\n"
              "  reeve reload                   bring a changed configuration into force");
  add_run(root, c);
  add_check_config(root, c);
  add_reload(root, c);
  add_plugins(root, c);
  add_version(root, c);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return root.exit(e) == 0 ? app::exit_ok : app::exit_usage;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "reeve: %s\n", e.what());
    return app::exit_failed;
  }
  return c.status;
}

} // namespace reeve::cli
