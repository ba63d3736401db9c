// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/settings.hpp"

#include <string>

namespace reeve::app {

// The folder that holds the plugins, absolute: `instead` when it is not empty, the configuration's, or the folder
// "plugins" beside the executable's.
std::string plugin_dir_of(const config::settings& s, const std::string& instead);

} // namespace reeve::app
