// SPDX-License-Identifier: Apache-2.0
#include "doctor/findings.hpp"
#include "json.hpp"
#include "ps/printable.hpp"
#include "terminal_style.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/os/runtime.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace reeve::cli {

namespace {

int fail(const error& why) {
  std::fprintf(stderr, "reeve: %s\n", why.message.c_str());
  return app::exit_failed;
}

void print(const os::account_rights& rights, const std::vector<finding>& findings) {
  std::vector<std::vector<cell>> rows;
  for (const finding& f : findings) {
    rows.push_back({{f.hidden ? "hidden" : "ok", f.hidden ? tint::warning : tint::none},
                    {f.what},
                    {f.hidden ? printable(f.missing) : ""}});
    if (f.hidden) rows.push_back({{""}, {""}, {"to mend it: " + f.mend, tint::dim}});
  }
  std::string text = "account: " + printable(rights.account) + "\n\n";
  text += render_table({{"STATE"}, {"EXPECTED"}, {"MISSING"}}, rows, style_of_output());
  rows.clear();
  for (const os::permission& p : rights.permissions)
    rows.push_back({{p.name}, {p.held ? "yes" : "no"}, {p.gives}});
  text += "\n" + render_table({{"RIGHT"}, {"HELD"}, {"GIVES"}}, rows, style_of_output());
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_document(const os::account_rights& rights, const std::vector<finding>& findings) {
  boost::json::array found, permissions;
  for (const finding& f : findings)
    found.push_back(
        {{"id", f.id}, {"expected", f.what}, {"hidden", f.hidden}, {"missing", f.missing}, {"mend", f.mend}});
  for (const os::permission& p : rights.permissions)
    permissions.push_back({{"name", p.name}, {"held", p.held}, {"gives", p.gives}});
  print_json({{"account", printable(rights.account)}, {"findings", found}, {"rights", permissions}});
}

int doctor(bool json) {
  const auto rights = os::read_account_rights();
  if (!rights) return fail(rights.error());
  os::process_table_options watching;
  watching.watch_short_lived = true;
  auto processes = os::process_table::create(watching);
  if (!processes) return fail(processes.error());
  os::process_rows process_rows;
  if (auto read = (*processes)->read(os::all_process_fields, process_rows); !read) return fail(read.error());
  auto sockets = os::socket_table::create();
  if (!sockets) return fail(sockets.error());
  os::socket_rows socket_rows;
  if (auto read = (*sockets)->read({}, socket_rows); !read) return fail(read.error());

  const std::vector<finding> findings =
      diagnose({*rights, process_rows, std::string((*processes)->short_lived_unavailable()), socket_rows,
                os::os_name() == "windows"});
  if (json)
    print_document(*rights, findings);
  else
    print(*rights, findings);
  const bool hidden =
      std::any_of(findings.begin(), findings.end(), [](const finding& f) { return f.hidden; });
  return hidden ? app::exit_found : app::exit_ok;
}

} // namespace

void add_doctor(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("doctor", "Say what this account cannot see, why, and which right mends it");
  auto json = std::make_shared<bool>(false);
  verb->add_flag("--json", *json, "Print JSON");
  verb->footer(
      "Run it as the account that the agent runs as. Exit status 0: nothing is hidden, 4: something is.\n\n"
      "Examples:\n  reeve doctor\n  sudo -u reeve reeve doctor --json");
  verb->callback([json, &c] { c.status = doctor(*json); });
}

} // namespace reeve::cli
