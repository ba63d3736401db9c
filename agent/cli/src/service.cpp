// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "json.hpp"
#include "service/definition.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/config/load.hpp"
#include "reeve/config/print.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/service_control.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace reeve::cli {

namespace {

bool is_windows() {
  return os::os_name() == "windows";
}

int fail(const error& e) {
  std::fprintf(stderr, "reeve: %s\n", e.message.c_str());
  if (e.code == errc::access_denied)
    std::fputs(
        is_windows()
            ? "reeve: this needs an administrator's rights: run it from an elevated prompt\n"
            : "reeve: this needs root's rights: run it with sudo, or with --user for a service of your own\n",
        stderr);
  return app::exit_failed;
}

int print_plan(const service_options& o) {
  std::string plan;
  if (o.action == "install")
    plan = os::plan_install(definition_of(o, is_windows()), o.user);
  else if (o.action == "uninstall")
    plan = os::plan_uninstall(o.name, o.user);
  else if (o.action == "start")
    plan = os::plan_start(o.name, o.user);
  else if (o.action == "stop")
    plan = os::plan_stop(o.name, o.user);
  else {
    std::fputs("reeve: status changes nothing, so there is nothing to print; leave out --print\n", stderr);
    return app::exit_usage;
  }
  std::fwrite(plan.data(), 1, plan.size(), stdout);
  return app::exit_ok;
}

int install(os::service_manager& manager, const service_options& o) {
  const config::loaded config = config::load(o.config_path);
  if (!config.value) {
    for (const diagnostic& d : config.problems)
      std::fputs(config::format(d, os::is_terminal(2)).c_str(), stderr);
    std::fputs("reeve: a service with this configuration would not start: nothing was installed\n", stderr);
    return app::exit_bad_config;
  }
  const os::service_definition service = definition_of(o, is_windows());
  const auto done = manager.install(service);
  if (!done) return fail(done.error());
  for (const std::string& sentence : *done)
    std::fprintf(stderr, "reeve: warning: %s\n", sentence.c_str());
  for (const std::string& sentence : untrusted_files(o, service))
    std::fprintf(stderr, "reeve: warning: %s\n", sentence.c_str());
  const std::string name = o.name == "reeve" ? "" : cat(" --name ", o.name);
  std::printf(
      "The service %s is installed and starts with the machine. To start it now: reeve service start%s%s\n",
      o.name.c_str(), name.c_str(), o.user ? " --user" : "");
  return app::exit_ok;
}

int show(os::service_manager& manager, const service_options& o) {
  const auto s = manager.status(o.name);
  if (!s) return fail(s.error());
  if (o.json) {
    boost::json::object out{{"name", o.name},
                            {"state", os::name_of(s->state)},
                            {"starts_at_boot", s->starts_at_boot},
                            {"detail", s->detail}};
    out["pid"] = s->pid == 0 ? boost::json::value() : boost::json::value(s->pid);
    print_json(out);
  } else if (s->state == os::service_state::not_installed) {
    std::printf("The service %s is not installed. To install it: reeve service install\n", o.name.c_str());
  } else {
    std::printf("The service %s is %s: %s", o.name.c_str(), os::name_of(s->state), s->detail.c_str());
    if (s->pid != 0) std::printf(", process %u", s->pid);
    std::printf("; it %s with the machine\n", s->starts_at_boot ? "starts" : "does not start");
  }
  return s->state == os::service_state::running ? app::exit_ok : app::exit_failed;
}

int service(const service_options& o) {
  if (o.print) return print_plan(o);
  const auto manager = os::service_manager::create({o.user, {}});
  if (!manager && manager.error().code == errc::unsupported) {
    error e = manager.error();
    e.message +=
        ". Have its own service manager run `reeve run` in the foreground; `reeve service install --print` "
        "shows the unit";
    return fail(e);
  }
  if (!manager) return fail(manager.error());
  if (o.action == "install") return install(**manager, o);
  if (o.action == "status") return show(**manager, o);
  const nanoseconds patience = *parse_duration(o.patience); // checked
  const auto done = o.action == "uninstall" ? (*manager)->uninstall(o.name, patience)
                    : o.action == "start"   ? (*manager)->start(o.name, patience)
                                            : (*manager)->stop(o.name, patience);
  if (!done) return fail(done.error());
  std::printf("The service %s is %s.\n", o.name.c_str(),
              o.action == "uninstall" ? "not installed any more"
              : o.action == "start"   ? "running"
                                      : "stopped");
  return app::exit_ok;
}

} // namespace

void add_service(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("service", "Have the system run the agent: as a systemd unit or a Windows service");
  auto options = std::make_shared<service_options>();
  take_one_of(verb->add_option("ACTION", options->action, "What to do"),
              {"install", "uninstall", "start", "stop", "status"})
      ->required();
  verb->add_option("-n,--name", options->name, "Name of the service")
      ->capture_default_str()
      ->check(CLI::Validator(check_service_name, ""));
  take_config(*verb, "-c,--config", options->config_path, options->plugin_dir);
  verb->add_option("--account", options->account,
                   "With install: run as this account, not as root or LocalSystem");
  verb->add_option("--program", options->program, "With install: this program, not the one that runs now")
      ->type_name("FILE");
  verb->add_flag("--user", options->user, "A service of this account alone (systemd only)");
  verb->add_flag("--print", options->print, "Print what would be done, and do nothing");
  verb->add_flag("--json", options->json, "With status: print JSON");
  take_timeout(*verb, options->patience);
  verb->footer(
      "install writes the unit or the service with restart after a failure, and has it start with the "
      "machine;\n"
      "once more renews it. All but status need root's or an administrator's rights.\n"
      "Exit status of status: 0 when the service runs, 1 when it does not.\n\n"
      "Examples:\n  reeve service install --config /etc/reeve/reeve.toml\n  reeve service install --print\n"
      "  reeve service start\n  reeve service status --json\n  reeve service stop --timeout 2m\n"
      "  reeve service uninstall");
  verb->callback([options, &c] { c.status = service(*options); });
}

} // namespace reeve::cli
