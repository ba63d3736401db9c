// SPDX-License-Identifier: Apache-2.0
#include "reeve/cli/command_line.hpp"

#include "suggestion.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <span>
#include <string>

namespace reeve::cli {

int main(int argc, char** argv) {
  context c;
  CLI::App root("Reeve watches the processes of this machine and serves what it sees as Prometheus metrics.",
                "reeve");
  root.require_subcommand(1);
  root.set_version_flag("--version", std::string("reeve ") + app::version());
  root.fallthrough(false);
  root.allow_windows_style_options(false); // /x is a path, on Windows too
  root.footer("Exit status: 0 done, 1 it failed, 2 wrong usage, 3 the configuration has errors,\n"
              "4 what was asked about is there: a port is taken, a file is held, a leak is suspected, "
              "something is hidden.\n\n"
              "Examples:\n  reeve run                      serve http://127.0.0.1:9847/metrics\n"
              "  reeve check-config             say what is wrong with the configuration\n"
              "  reeve reload                   bring a changed configuration into force\n"
              "  reeve status                   show the processes that it manages\n"
              "  reeve stop --agent             end the running agent\n"
              "  reeve ps --tree --name nginx   show processes below their parents\n"
              "  reeve port 8080                say who holds a port\n"
              "  reeve locks FILE               say who holds, locks and waits for it\n"
              "  reeve rules check              say what is wrong with the rules\n"
              "  reeve service install          have the system run the agent");
  add_run(root, c);
  add_check_config(root, c);
  add_reload(root, c);
  add_status(root, c);
  add_start(root, c);
  add_stop(root, c);
  add_restart(root, c);
  add_reset(root, c);
  add_logs(root, c);
  add_plugins(root, c);
  add_ps(root, c);
  add_tree(root, c);
  add_port(root, c);
  add_doctor(root, c);
  add_locks(root, c);
  add_leaks(root, c);
  add_rules(root, c);
  add_audit(root, c);
  add_silence(root, c);
  add_eventlog(root, c);
  add_service(root, c);
  add_version(root, c);
  add_completion(root, c);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return root.exit(e); // --help
    const std::span<const char* const> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    if (arguments.empty()) {
      std::fputs(root.help().c_str(), stderr);
      return app::exit_usage;
    }
    const std::string unknown = unknown_word(root, arguments);
    const auto chosen = root.get_subcommands();
    std::fprintf(stderr, "reeve: %s\nSee: reeve%s%s --help\n", unknown.empty() ? e.what() : unknown.c_str(),
                 chosen.empty() ? "" : " ", chosen.empty() ? "" : chosen.front()->get_name().c_str());
    return app::exit_usage;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "reeve: %s\n", e.what());
    return app::exit_failed;
  }
  // A script must not take half a table for the whole.
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    std::fputs("reeve: standard output could not be written\n", stderr);
    return app::exit_failed;
  }
  return c.status;
}

} // namespace reeve::cli
