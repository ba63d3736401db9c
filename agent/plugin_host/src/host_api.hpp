// SPDX-License-Identifier: Apache-2.0
// The functions behind reeve_host: what a plugin can call, and the state of the call it is in.
#pragma once

#include "reeve/plugin_host/instance.hpp"
#include "reeve/plugin_host/process_table_service.hpp"
#include "reeve/process_table.h"

#include <atomic>
#include <memory>
#include <string>

namespace reeve::plugin_host {

// Everything of an instance that its thread uses; shared with that thread, so that a stuck call keeps it alive.
struct instance::core {
  core(source find_plugin, instance_options o, services& s);
  ~core();
  core(const core&) = delete;

  instance_options options;
  services& shared;
  reeve_host host{};
  std::atomic<bool> cancelled{false};
  std::atomic<const char*> step{"waiting for its thread"};

  // From here on the plugin's thread only; others read `plugin` once prepare() has answered.
  source find;
  const reeve_plugin_desc* plugin = nullptr;
  store::batch batch;
  void* self = nullptr;
  bool started = false;
  const reeve_call* current = nullptr; // the call in progress
  bool sampling = false;
  nanoseconds not_before{0}; // a table read earlier than this is too old for the call in progress
  std::shared_ptr<const process_reading> reading; // keeps the rows alive until the call returns
  std::string error;
};

reeve_host make_host(instance::core& c);

} // namespace reeve::plugin_host
