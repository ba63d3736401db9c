// SPDX-License-Identifier: Apache-2.0
// Who holds and locks the watched files, for how long, and who waits for whom.
#include "emission.hpp"
#include "tracker.hpp"

#include "reeve/file_locks.h"
#include "reeve/plugin.hpp"
#include "reeve/process_table.hpp"
#include "reeve/table.hpp"

#include <optional>
#include <set>
#include <vector>

namespace reeve::file_lock {

class file_lock final : public sdk::plugin {
  static constexpr const char* needs[] = {REEVE_EXT_FILE_LOCKS, REEVE_EXT_PROCESS_TABLE, nullptr};

 public:
  static constexpr sdk::description about{
      "org.reeve.file-lock",
      "file-lock",
      "0.1.0",
      "Reeve",
      "Who holds and locks watched files, for how long, and who waits for whom",
      "Apache-2.0",
      0,
      needs};

  explicit file_lock(sdk::host h)
      : plugin(h), table_(h, REEVE_EXT_FILE_LOCKS, "file lock table"),
        processes_(h, REEVE_EXT_PROCESS_TABLE, "process table") {}

  void configure(sdk::config& config, const sdk::call&) override { options_ = read_options(config); }

  void start(const sdk::call& call) override {
    std::vector<reeve_str> patterns;
    for (const watch& w : options_.watches)
      for (const std::string& path : w.paths)
        patterns.push_back(sdk::str(path));
    const std::uint32_t what = REEVE_FILES_OPENINGS | (options_.mappings ? REEVE_FILES_MAPPINGS : 0u);
    table_.want(call, what, patterns.data(), static_cast<std::uint32_t>(patterns.size()));
    processes_.want(call, 0u); // identity and name are always there
    tracker_.emplace(options_);
    emission_.emplace(options_);
    emission_->declare(the_host(), call);
  }

  reeve_status sample(const sdk::call& call) override {
    const reeve_file_lock_rows raw = table_.read(call);
    const lock_rows rows(raw);
    if (!rows.readable()) throw sdk::failure("the host's file lock rows are too short", REEVE_E_UNSUPPORTED);
    names_.fill(processes_.read(call));
    call.check();
    tracker_->update(rows, nanoseconds(static_cast<std::int64_t>(raw.read_mono_ns)));
    tell_of_problems(rows);
    for (const wait_event& event : tracker_->news())
      raise(the_host(), options_, event, names_);
    return emission_->write(the_host(), call, tracker_->files(), names_);
  }

 private:
  // Once each. A path that is not there may come to be.
  void tell_of_problems(const lock_rows& rows) {
    for (std::uint32_t i = 0; i < rows.raw().n_patterns; ++i) {
      const reeve_file_pattern& p = rows.pattern(i);
      if (p.status == REEVE_OK || p.status == REEVE_E_NOT_FOUND) continue;
      const std::string text(rows.text(p));
      bool mine = false;
      for (const watch& w : options_.watches)
        for (const std::string& path : w.paths)
          mine |= path == text;
      if (!mine || !told_.insert(text).second) continue;
      the_host().log(REEVE_WARN,
                     text + (p.status == REEVE_E_LIMIT    ? " matches more files than can be watched"
                             : p.status == REEVE_E_DENIED ? " may not be looked at by this account"
                                                          : " cannot be looked at"));
    }
  }

  sdk::table<reeve_file_locks, reeve_file_lock_rows> table_;
  sdk::process_table processes_;
  options options_;
  sdk::process_names names_;
  std::optional<tracker> tracker_;
  std::optional<emission> emission_;
  std::set<std::string> told_;
};

} // namespace reeve::file_lock

REEVE_PLUGIN(reeve::file_lock::file_lock)
