// SPDX-License-Identifier: Apache-2.0
// The configured plugins: their instances, how each does, and the transaction that brings new ones in. Loop thread only.
#pragma once

#include "event_router.hpp"

#include "reeve/config/settings.hpp"
#include "reeve/plugin_host/instance.hpp"
#include "reeve/schedule/scheduler.hpp"
#include "reeve/store/board.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::app {

struct plugin_entry {
  config::plugin_settings settings;
  std::string library;                             // the path that was loaded, or tried
  std::unique_ptr<plugin_host::instance> instance; // null: could not be made
  std::string failure;                             // why it does not run; empty: it runs
  std::uint64_t incarnation = 0;                   // tells late answers of a former instance apart
  store::batch_counters counters;
  std::uint32_t live_series = 0;
  bool over_limit = false; // the last run wrote more series than it may
  nanoseconds last_success_unix{0};
};

class plugin_set {
 public:
  // `ran` is told after every finished run, with the plugin's name.
  plugin_set(boost::asio::io_context& loop, plugin_host::services& shared, store::board& board,
             event_router& events, std::function<void(const std::string&)> ran);

  // New instances, made and configured but not started; the running ones are not touched.
  struct candidates {
    std::vector<plugin_entry> entries;
    std::vector<diagnostic> problems; // in the plugins' tables
    bool failed() const noexcept;     // some plugin could not be loaded, made or configured
  };
  // Makes candidates for `wanted`, loading their libraries, and calls back on the loop, at the latest when the control
  // deadline has passed.
  void prepare(const std::vector<config::plugin_settings>& wanted, const std::string& plugin_dir,
               std::function<void(candidates)> done);

  // Starts the candidates, in place of running plugins of the same names.
  void adopt(candidates c);
  void discard(plugin_entry candidate); // takes a candidate down that is not wanted after all
  void remove(std::string_view name);

  // Closes every instance, event sinks last, so that they hear how the others ended; `done` is called when all have
  // ended or `bound` has passed.
  void close_all(nanoseconds bound, std::function<void()> done);

  // A scrape wants fresher samples; see schedule::scheduler::refresh().
  bool refresh(std::string_view name, nanoseconds patience);

  const std::map<std::string, plugin_entry, std::less<>>& entries() const noexcept { return entries_; }
  const schedule::scheduler& scheduler() const noexcept { return scheduler_; }
  bool empty() const noexcept {
    return entries_.empty() && retiring_.empty();
  } // nothing runs, closes or is stuck
  // Since every plugin that was adopted first has finished its first run, or is late or failing. Stays so.
  bool settled();

 private:
  struct preparation;
  void start(plugin_entry& e);
  void on_started(const std::string& name, std::uint64_t incarnation, const plugin_host::outcome& out);
  void on_sampled(const std::string& name, std::uint64_t incarnation, plugin_host::outcome out);
  void launch(const std::string& name, const plugin_host::tick& t);
  // `followed`: by another instance that takes the events which wait for this one.
  void take_down(std::map<std::string, plugin_entry, std::less<>>::iterator which, bool followed);
  void retire(std::unique_ptr<plugin_host::instance> old, plugin_host::event_batch last = {});
  // Closes the instances that `which` takes; `done` when they have ended or `bound` has passed.
  void close_some(const std::function<bool(const plugin_entry&)>& which, nanoseconds bound,
                  std::function<void()> done);
  bool nobody_to_wait_for() const;
  void log_change(const std::string& name, const schedule::status& s);
  void arm();
  plugin_entry* find(const std::string& name, std::uint64_t incarnation);

  boost::asio::io_context& loop_;
  plugin_host::services& shared_;
  store::board& board_;
  event_router& events_;
  std::function<void(const std::string&)> ran_;
  schedule::scheduler scheduler_;
  boost::asio::steady_timer timer_; // the next tick or deadline
  // Not timer_: a tick that has expired and waits for its turn would arm that again and so end the wait for its bound.
  boost::asio::steady_timer close_timer_;
  std::map<std::string, plugin_entry, std::less<>> entries_;
  // Closing or stuck; keyed by a running number so that the answer finds it.
  struct retiring {
    std::unique_ptr<plugin_host::instance> instance;
    bool given_up = false; // did not end in time
  };
  std::map<std::uint64_t, retiring> retiring_;
  std::function<void()> all_retired_;
  std::uint64_t next_number_ = 1;
  bool adopted_ = false, settled_ = false;
};

} // namespace reeve::app
