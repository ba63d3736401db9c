// SPDX-License-Identifier: Apache-2.0
// Writes the events of the agent and its plugins into the log of the system.
#include "options.hpp"
#include "writer.hpp"

#include "reeve/event_sink.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace reeve::eventlog_writer {

class eventlog_writer final : public sdk::sink_plugin {
 public:
  static constexpr sdk::description about{.id = "org.reeve.eventlog-writer",
                                          .name = "eventlog-writer",
                                          .version = "0.1.0",
                                          .vendor = "Reeve",
                                          .text = "Events into the journal, syslog or the Windows Event Log",
                                          .license = "Apache-2.0",
                                          .provides = sdk::sink_plugin::ids};

  explicit eventlog_writer(sdk::host h) : sink_plugin(h) {}

  void configure(sdk::config& config, const sdk::call&) override {
    options_ = read_options(config);
    want(options_.min_severity);
  }

  void start(const sdk::call& call) override {
    writer_.emplace(make_system_log(options_.log), options_.rate_limit, options_.rate_interval);
    written_ = the_host().family(call, sdk::kind::counter, "reeve_eventlog_written",
                                 "Events written into the system's log, summaries included.", {"backend"});
    const auto single = [&](sdk::kind kind, std::string_view name, std::string_view help) {
      return the_host().series(call, the_host().family(call, kind, name, help), {});
    };
    held_back_ = single(sdk::kind::counter, "reeve_eventlog_held_back",
                        "Events held back because too many of their id came.");
    refused_ = single(sdk::kind::counter, "reeve_eventlog_refused",
                      "Events and summaries that were lost because the system's log does not take them.");
    up_ = single(sdk::kind::gauge, "reeve_eventlog_up",
                 "1 when the last write into the system's log succeeded.");
  }

  reeve_status on_events(const sdk::call&, std::span<const reeve_event* const> events,
                         std::uint32_t& done) override {
    done = writer_->take(events, the_host().mono(), unix_now());
    if (done == events.size()) return REEVE_OK;
    throw sdk::failure(writer_->trouble(), REEVE_E_AGAIN);
  }
  void flush(const sdk::call&) override { writer_->summarise(the_host().mono(), unix_now(), true); }

  reeve_status sample(const sdk::call& call) override {
    writer_->summarise(the_host().mono(), unix_now());
    sdk::emitter out(the_host(), call);
    for (const auto& [backend, count] : writer_->count().written) {
      const reeve_label label = sdk::label(backend);
      out.point(the_host().series(call, written_, {&label, 1}), static_cast<double>(count));
    }
    out.point(held_back_, static_cast<double>(writer_->held_back()));
    out.point(refused_, static_cast<double>(writer_->count().refused + writer_->count().lost_summaries));
    out.point(up_, writer_->up() ? 1 : 0);
    return out.flush();
  }

 private:
  static std::int64_t unix_now() {
    using namespace std::chrono;
    return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  }

  options options_;
  std::optional<writer> writer_;
  std::uint32_t written_ = 0;
  std::uint64_t held_back_ = 0, refused_ = 0, up_ = 0;
};

} // namespace reeve::eventlog_writer

REEVE_PLUGIN(reeve::eventlog_writer::eventlog_writer)
