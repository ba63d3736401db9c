// SPDX-License-Identifier: Apache-2.0
// Looking at a configuration and at plugins without running the agent.
#pragma once

#include "reeve/base/value_tree.hpp"

#include <string>
#include <vector>

namespace reeve::app {

struct inspect_options {
  std::string config_path;
  std::string plugin_dir;   // when not empty, instead of the configuration's
  bool with_plugins = true; // load the plugins and let them check their own tables
};

struct plugin_report {
  std::string name;    // as configured, or as the library says
  std::string library; // path
  std::string id, version, vendor, text, sdk, abi;
  bool configured = false; // the configuration names and enables it
  std::string failure;     // why it cannot run; empty: it can
};

struct config_report {
  std::vector<std::string> files;   // that were read
  std::vector<diagnostic> problems; // with their excerpts
  std::vector<plugin_report> plugins;
  bool stuck = false; // a plugin has not returned: when all is told, end the process by os::leave()
};

// Everything that is wrong with the configuration. Plugins are made and configured, never started.
config_report check_config(const inspect_options& options);

// The configured plugins and those that lie in the plugin folder. Only modules are loaded; nothing is configured.
config_report list_plugins(const inspect_options& options);

} // namespace reeve::app
