// SPDX-License-Identifier: Apache-2.0
// C++20 wrapper for plugins that receive events. Derive from reeve::sdk::sink_plugin, name sink_plugin::ids as
// `provides` in the description:
//
//   static constexpr reeve::sdk::description about{..., .provides = reeve::sdk::sink_plugin::ids};
#pragma once

#include "reeve/plugin.hpp"

#include <cstring>
#include <span>

namespace reeve::sdk {

class sink_plugin : public plugin {
 public:
  static constexpr const char* ids[] = {REEVE_EXT_EVENT_SINK, nullptr};

  explicit sink_plugin(host h) : plugin(h) {}

  // Events in the order of their `seq`; they live until the call returns. `done` counts those that are dealt with. What
  // is left when REEVE_E_AGAIN is returned comes again later; so it does after any other error, a few times. Must not
  // block: on the agent's thread for this plugin, as sample() is.
  virtual reeve_status on_events(const call& c, std::span<const reeve_event* const> events,
                                 std::uint32_t& done) = 0;
  // Before stop(): what is still buffered goes out now or never.
  virtual void flush(const call&) {}

  const void* extension(const char* id) noexcept override {
    return id && std::strcmp(id, REEVE_EXT_EVENT_SINK) == 0 ? &table_ : nullptr;
  }

 protected:
  // In configure() or start(): events below it are not sent here. REEVE_TRACE at first.
  void want(std::uint32_t min_severity) noexcept { table_.min_severity = min_severity; }

 private:
  static sink_plugin& of_self(void* self) noexcept {
    return static_cast<sink_plugin&>(*static_cast<plugin*>(self));
  }
  static reeve_status REEVE_CALL take(void* self, const reeve_call* raw, const reeve_event* const* events,
                                      std::uint32_t n, std::uint32_t* done) noexcept {
    sink_plugin& own = of_self(self);
    const reeve_host* h = own.the_host().raw();
    std::uint32_t count = 0;
    const reeve_status status = barrier::guard(h, raw, [&] {
      return own.on_events(call(h, raw), {events, n}, count);
    });
    *done = count;
    return status;
  }
  static reeve_status REEVE_CALL flush_it(void* self, const reeve_call* raw) noexcept {
    sink_plugin& own = of_self(self);
    const reeve_host* h = own.the_host().raw();
    return barrier::guard(h, raw, [&] {
      own.flush(call(h, raw));
      return REEVE_OK;
    });
  }

  reeve_event_sink table_{sizeof(reeve_event_sink), REEVE_TRACE, &take, &flush_it};
};

} // namespace reeve::sdk
