// SPDX-License-Identifier: Apache-2.0
// The processes of the machine as metrics: grouped by rules or by name, and one by one where the user asks
// for it.
#include "emission.hpp"
#include "options.hpp"
#include "process_rows.hpp"
#include "tracker.hpp"

#include "reeve/plugin.hpp"
#include "reeve/process_table.hpp"

#include <functional>
#include <optional>
#include <string>

namespace reeve::process_watch {

class process_watch final : public sdk::plugin {
  static constexpr const char* needs[] = {REEVE_EXT_PROCESS_TABLE, nullptr};

 public:
  static constexpr sdk::description about{
      "org.reeve.process-watch",
      "process-watch",
      "0.1.0",
      "Reeve",
      "Processor time, memory, handles, I/O and states of processes, by group and by process",
      "Apache-2.0",
      0,
      needs};

  explicit process_watch(sdk::host h) : plugin(h), table_(h, REEVE_EXT_PROCESS_TABLE, "process table") {}

  void configure(sdk::config& config, const sdk::call&) override { options_ = read_options(config); }

  void start(const sdk::call& call) override {
    table_.want(call, wanted_fields(options_));
    tracker_.emplace(options_);
    emission_.emplace(options_);
    emission_->declare(the_host(), call);
    breathe_ = [this] { current_->check(); };
  }

  reeve_status sample(const sdk::call& call) override {
    const reeve_process_rows raw = table_.read(call);
    const process_rows rows(raw);
    if (!rows.readable()) throw sdk::failure("the host's process rows are too short", REEVE_E_UNSUPPORTED);
    current_ = &call;
    tracker_->update(rows, breathe_);
    call.check();
    tell_of_limits();
    return emission_->write(the_host(), call, rows, *tracker_);
  }

 private:
  // Once each: the metric tells how it goes on.
  void tell_of_limits() {
    if (tracker_->folded() > 0 && !told_of_groups_) {
      the_host().log(REEVE_WARN,
                     "more process groups than max_groups = " + std::to_string(options_.max_groups) +
                         "; further ones are summed up in the group \"other\"");
      told_of_groups_ = true;
    }
    if (tracker_->unshown() > 0 && !told_of_processes_) {
      the_host().log(REEVE_WARN,
                     "more processes than max_per_process = " + std::to_string(options_.max_per_process) +
                         " or a group's max_processes allow; further ones are seen in their group only");
      told_of_processes_ = true;
    }
  }

  sdk::process_table table_;
  options options_;
  std::optional<tracker> tracker_;
  std::optional<emission> emission_;
  const sdk::call* current_ = nullptr; // of the sample() that runs
  std::function<void()> breathe_;      // made once: it is passed on every tick
  bool told_of_groups_ = false;
  bool told_of_processes_ = false;
};

} // namespace reeve::process_watch

REEVE_PLUGIN(reeve::process_watch::process_watch)
