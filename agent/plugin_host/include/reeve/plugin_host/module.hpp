// SPDX-License-Identifier: Apache-2.0
// A plugin library, loaded for the life of the process.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/plugin.h"

#include <string>
#include <string_view>
#include <vector>

namespace reeve::plugin_host {

struct module {
  std::string path; // absolute
  unsigned abi_major = 0, abi_minor = 0;
  std::string sdk;
  std::vector<const reeve_plugin_desc*> plugins; // never empty; they live until the process exits

  // The plugin of that name; with one plugin in the module, that one whatever its name.
  result<const reeve_plugin_desc*> find(std::string_view name) const;
};

// The file a configuration names: `library` is an absolute path, or a file name without ending in `plugin_dir`.
std::string library_path(std::string_view plugin_dir, std::string_view library);

// Checks the file's owner and access, its exports and its descriptors, then loads it: bound at once, local, found by
// its absolute path only, and never unloaded. Loading one path twice gives the same module. The error says what is
// wrong with which file. Safe from any thread; one library is loaded at a time, as the system's own loader has it.
result<const module*> load_module(const std::string& absolute_path);

// The path whose library the system's loader is at; empty: none. A library whose initialisers do not return keeps all
// others from being loaded.
std::string module_being_loaded();

} // namespace reeve::plugin_host
