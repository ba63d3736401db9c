// SPDX-License-Identifier: Apache-2.0
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/plugin.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace reeve::cli {

void add_version(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("version", "Print the version, the source revision and the plugin ABI");
  auto json = std::make_shared<bool>(false);
  verb->add_flag("--json", *json, "Print JSON");
  verb->footer("Examples:\n  reeve version\n  reeve version --json");
  verb->callback([json, &c] {
    std::printf(*json ? "{\"version\":\"%s\",\"revision\":\"%s\",\"os\":\"%s\",\"plugin_abi\":\"%u.%u\"}\n"
                      : "reeve %s (revision %s, %s, plugin ABI %u.%u)\n",
                app::version(), app::revision(), os::os_name().c_str(), REEVE_ABI_MAJOR, REEVE_ABI_MINOR);
    c.status = app::exit_ok;
  });
}

} // namespace reeve::cli
