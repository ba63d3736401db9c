// SPDX-License-Identifier: Apache-2.0
// What stands between the agent's events and a plugin that receives them.
#pragma once

#include "reeve/plugin.h"
#include "reeve/plugin_host/services.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace reeve::plugin_host {

// Events on their way to sinks: each is made once and shared by all queues. The batch is in the order of `seq`.
using event_ptr = std::shared_ptr<const event>;
using event_batch = std::vector<event_ptr>;

// Whether the plugin says that it receives events. Any thread.
bool provides_event_sink(const reeve_plugin_desc& plugin) noexcept;

// The sink of a started instance, or null. The plugin's thread only; the table lives until destroy().
const reeve_event_sink* event_sink_of(const reeve_plugin_desc& plugin, void* self) noexcept;

// A batch in the form of the ABI, without the events below a severity. It points into the batch, which must outlive it.
class event_list {
 public:
  event_list(const event_batch& events, std::uint32_t min_severity);
  event_list(const event_list&) = delete;

  const reeve_event* const* data() const noexcept { return pointers_.data(); }
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(pointers_.size()); }
  // How many events of the batch are dealt with when `done` of the list are: those left out count as dealt with.
  std::uint32_t taken(std::uint32_t done) const noexcept;

 private:
  std::vector<reeve_field> fields_;
  std::vector<reeve_event> events_;
  std::vector<const reeve_event*> pointers_;
  std::vector<std::uint32_t> places_; // in the batch, of each in the list
  std::uint32_t all_ = 0;
};

} // namespace reeve::plugin_host
