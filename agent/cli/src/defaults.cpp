// SPDX-License-Identifier: Apache-2.0
#include "verb.hpp"

#include "reeve/os/runtime.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <filesystem>

namespace reeve::cli {

namespace {

std::string default_config_path() {
  namespace fs = std::filesystem;
  if (const char* named = std::getenv("REEVE_CONFIG"); named && *named) return named;
  std::error_code ignored;
  // An installed agent has its configuration beside bin/; one run from a build folder has it three levels up.
  fs::path folder = fs::path(os::executable_path()).parent_path();
  for (int i = 0; i < 4 && folder.has_relative_path(); ++i, folder = folder.parent_path())
    if (const fs::path file = folder / "config" / "reeve.toml"; fs::exists(file, ignored))
      return file.string();
  return os::default_config_file();
}

} // namespace

void take_config_file(CLI::App& verb, const char* names, std::string& config_path) {
  config_path = default_config_path();
  verb.add_option(names, config_path, "Configuration file")->type_name("FILE")->capture_default_str();
}

void take_config(CLI::App& verb, const char* names, std::string& config_path, std::string& plugin_dir) {
  take_config_file(verb, names, config_path);
  verb.add_option("--plugin-dir", plugin_dir, "Folder of the plugins, instead of the configuration's")
      ->type_name("DIR");
}

} // namespace reeve::cli
