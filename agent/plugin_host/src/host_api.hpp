// SPDX-License-Identifier: Apache-2.0
// The functions behind reeve_host: what a plugin can call, and the state of the call it is in.
#pragma once

#include "reeve/plugin_host/instance.hpp"
#include "reeve/plugin_host/services.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

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
  const reeve_event_sink* sink = nullptr; // others read it once start() has answered
  const reeve_call* current = nullptr;    // the call in progress
  bool sampling = false;
  nanoseconds not_before{0}; // a table read earlier than this is too old for the call in progress
  // Keep what a call has handed out alive until it returns.
  std::vector<std::shared_ptr<const void>> readings;
  std::string error;

  // Of the call in progress, on the clock's mono().
  nanoseconds deadline() const noexcept {
    return nanoseconds(static_cast<std::int64_t>(current->deadline_mono_ns));
  }
};

reeve_host make_host(instance::core& c);

} // namespace reeve::plugin_host
