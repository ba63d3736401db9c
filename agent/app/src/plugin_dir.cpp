// SPDX-License-Identifier: Apache-2.0
#include "plugin_dir.hpp"

#include "reeve/os/runtime.hpp"

#include <filesystem>

namespace reeve::app {

namespace fs = std::filesystem;

std::string plugin_dir_of(const config::settings& s, const std::string& instead) {
  if (!instead.empty()) return fs::absolute(instead).lexically_normal().string();
  if (!s.agent.plugin_dir.empty()) return s.agent.plugin_dir;
  return (fs::path(os::executable_path()).parent_path().parent_path() / "plugins").string();
}

} // namespace reeve::app
