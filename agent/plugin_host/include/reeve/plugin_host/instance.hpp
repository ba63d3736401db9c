// SPDX-License-Identifier: Apache-2.0
// One configured plugin and its thread. Every call into the plugin runs on that thread, so calls are serialised and a
// hung one costs nobody else a thread.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/base/value_tree.hpp"
#include "reeve/plugin.h"
#include "reeve/plugin_host/event_sink.hpp"
#include "reeve/plugin_host/services.hpp"
#include "reeve/store/batch.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reeve::plugin_host {

struct instance_options {
  std::string name;   // as configured; the `plugin` label and the source of its events
  value_node options; // the plugin's own table
  store::batch_limits limits;
  nanoseconds control_deadline{5'000'000'000}; // for create, configure, start and stop, each
};

// How a call into the plugin ended.
struct outcome {
  reeve_status status = REEVE_OK;
  std::string error;                // why, when status < 0
  std::vector<diagnostic> problems; // prepare(): what is wrong with the table
  store::snapshot_ptr published;    // sample(): null when nothing was published
  store::batch_counters counters;   // since the instance began
  std::uint32_t live_series = 0;
  std::uint32_t taken = 0; // deliver() and close(): events that the sink dealt with
  nanoseconds duration{0};
};

struct tick {
  std::uint64_t cycle = 0;
  nanoseconds scheduled_mono{0};
  nanoseconds scheduled_unix{0};
  nanoseconds interval{0};
  nanoseconds deadline_mono{0};
};

class instance {
 public:
  // Called once per request, on the plugin's thread. Must not block.
  using done = std::function<void(outcome)>;

  // Finds the plugin, by loading its library for example. The descriptor lives until the process exits.
  using source = std::function<result<const reeve_plugin_desc*>()>;

  // Starts the thread; the plugin itself is found and made by prepare().
  static result<std::unique_ptr<instance>> create(source plugin, instance_options options, services& shared);
  // Ends the thread, and waits for an answer that is being given; so never from inside one. A thread that is stuck inside
  // the plugin is let go; it keeps the instance's own parts alive.
  ~instance();
  instance(const instance&) = delete;
  instance& operator=(const instance&) = delete;

  // In the order of the life cycle; requests queue up behind a running call. After a failed prepare() or start() only
  // close() is left.
  void prepare(done d); // the source, create() and configure()
  void start(done d);
  void sample(const tick& t, done d);
  void deliver(event_batch events, nanoseconds deadline_mono, done d); // on_events()
  // A sink is offered `last` once and flushed; then stop() and destroy(), as far as the life cycle got. Cancels the
  // running call.
  void close(done d, event_batch last = {});

  // Asks the running call to return: its next poll() or emit() says cancelled.
  void cancel() noexcept;

  const std::string& name() const noexcept;
  // Null until prepare() has answered.
  const reeve_plugin_desc* plugin() const noexcept;
  // Least severity that its event sink wants; nothing: it has no sink, or start() has not answered yet.
  std::optional<std::uint32_t> sink_severity() const noexcept;
  // The part of the life cycle that was entered last, such as "create()". For messages about one that does not return.
  const char* step() const noexcept;

  struct core; // internal

 private:
  class thread;
  instance(std::shared_ptr<core> c, std::unique_ptr<thread> t);

  std::shared_ptr<core> core_;
  std::unique_ptr<thread> thread_;
};

} // namespace reeve::plugin_host
