// SPDX-License-Identifier: Apache-2.0
// Every event's way to the sinks: numbers it, queues it for each sink, hands batches to the sinks' own threads. Loop
// thread only.
#pragma once

#include "sink_queue.hpp"

#include "reeve/app/agent_events.hpp"
#include "reeve/plugin_host/instance.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace reeve::app {

class event_router {
 public:
  event_router(boost::asio::io_context& loop, const clock& time, logger& log);

  // An event of the agent: writes its line into the log and offers it to the sinks.
  void report(const agent_event& what, std::initializer_list<log_field> fields);
  // An event of a plugin. Its own sink does not get it, so that what a sink has to say of itself cannot go in a circle.
  void publish(plugin_host::event&& e);

  // A sink that will come: events wait for it from now on, for the next instance if there is one already.
  void expect(const std::string& sink);
  // Its instance is started. It must stay until detach() or remove().
  void attach(const std::string& sink, plugin_host::instance& to, nanoseconds deadline);
  // Its instance goes and another one follows.
  void detach(std::string_view sink);
  // It goes for good. What waited for it, to be offered a last time; closed() then says how much of it was taken.
  plugin_host::event_batch remove(std::string_view sink);
  void closed(const std::string& sink, std::size_t offered, std::uint32_t taken);

  struct counters {
    // Of the agent's own events, by severity; those of plugins are counted by event_queue.
    std::map<std::string, std::uint64_t> raised;
    std::map<std::string, sink_counters, std::less<>> sinks; // also of sinks that are gone
    std::map<std::string, std::size_t, std::less<>> waiting;
  };
  counters count() const;

 private:
  struct sink {
    sink_queue queue;
    plugin_host::instance* to = nullptr;
    bool here = false; // expected or attached
  };
  void advance();
  void offer(const std::string& name, sink& s);
  void on_answer(const std::string& name, std::uint64_t incarnation, plugin_host::event_batch batch,
                 const plugin_host::outcome& out);
  void tell(const std::string& name, sink_queue::change what, const std::string& why);

  boost::asio::io_context& loop_;
  const clock& time_;
  logger& log_;
  boost::asio::steady_timer timer_;
  std::map<std::string, sink, std::less<>> sinks_;
  std::map<std::string, std::uint64_t> raised_;
  std::uint64_t seq_ = 0;
};

} // namespace reeve::app
