// SPDX-License-Identifier: Apache-2.0
// A host for the tests and benchmarks of one plugin: it takes the plugin through its life, hands it a process
// table made by the test, keeps what it publishes, and notes every rule of the ABI that the plugin breaks.
// One thread.
#pragma once

#include "tests/support/fake_config.hpp"
#include "tests/support/fake_counters.hpp"
#include "tests/support/fake_file_locks.hpp"
#include "tests/support/fake_open_files.hpp"
#include "tests/support/fake_socket_table.hpp"

#include "reeve/plugin.h"
#include "reeve/process_table.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::testing {

// One process as a test writes it. Every field is present unless `row.present` says otherwise.
struct fake_process {
  static constexpr std::uint32_t every_field = (1u << 17) - 1;

  reeve_process_row row{};
  std::string name;
  std::string executable;
  std::string command_line;
  std::string user;

  fake_process(std::uint32_t pid, std::uint64_t start, std::string its_name, std::uint32_t ppid = 1)
      : name(std::move(its_name)) {
    row.pid = pid;
    row.ppid = ppid;
    row.start = start;
    row.present = every_field;
    row.state = REEVE_STATE_SLEEPING;
    row.open_handles_limit = UINT64_MAX;
  }
};

class fake_process_table {
 public:
  std::vector<fake_process> rows;
  std::vector<fake_process> short_lived;
  bool only_wanted = true; // fields that were not asked for are absent, as on a system where they cost
  std::uint32_t extra_row_bytes = 0; // rows of a newer host; a multiple of 8
  reeve_status read_status = REEVE_OK;
  bool same_reading = false; // the next read is the reading before once more

  fake_process& add(std::uint32_t pid, std::uint64_t start, std::string name, std::uint32_t ppid = 1);
  fake_process& at(std::uint32_t pid);
  void remove(std::uint32_t pid);
  std::uint32_t wanted() const noexcept { return wanted_; }
  // The table as it is now is handed out from now on without being built again: for benchmarks.
  void freeze();

 private:
  friend struct fake_table_calls;
  void build();
  reeve_text append(const std::string& text);

  std::uint32_t wanted_ = 0;
  bool frozen_ = false;
  std::uint64_t generation_ = 0;
  std::vector<char> memory_, short_memory_;
  std::string text_;
};

// An event that the plugin raised; numbers among its fields are written out.
struct fake_event {
  std::uint32_t severity = 0;
  std::uint32_t id = 0;
  std::string name, message;
  std::map<std::string, std::string> fields;
};

class fake_plugin_host {
 public:
  // Plugin number `index` of the module that this program is linked with.
  explicit fake_plugin_host(std::uint32_t index = 0);
  ~fake_plugin_host(); // stops and destroys the plugin
  fake_plugin_host(const fake_plugin_host&) = delete;

  // create() and configure(); see fake_config for what can be written.
  reeve_status configure(std::string_view toml, std::string_view part = {});
  reeve_status start();
  reeve_status sample(); // moves the clock by `interval`; publishes only what a good sample() wrote
  reeve_status stop();
  // Of a plugin that is an event sink: on_events() and flush().
  reeve_status offer(const std::vector<const reeve_event*>& batch, std::uint32_t& done);
  reeve_status flush();
  std::uint32_t min_severity() { return sink()->min_severity; }
  // All three, with `toml` as the plugin's table; throws std::runtime_error with the reasons when the plugin
  // refuses.
  void run(std::string_view toml);

  fake_process_table processes;
  fake_socket_table sockets;
  fake_file_locks file_locks;
  fake_open_files open_files;
  std::vector<fake_event> events;
  fake_counters counters;
  std::uint64_t interval_ns = 15'000'000'000;
  std::uint64_t mono_ns = 1'000'000'000'000;
  std::size_t max_series = 1'000'000;
  std::set<std::string> missing_extensions;
  std::optional<std::uint64_t> polls_until_cancelled;
  bool keep_nothing = false; // series are numbers and emit() only counts: for benchmarks

  const reeve_plugin_desc& description() const noexcept { return *desc_; }
  const fake_config& config() const noexcept { return *config_; }

  // `name_total{key="value"}` of the last good sample, as it would be exposed; label values with \\, \" and
  // \n escaped, labels with an empty value left out.
  const std::map<std::string, double>& published() const noexcept { return published_; }
  std::optional<double> value(std::string_view exposed) const;
  std::vector<std::string> with_prefix(std::string_view prefix) const; // published series, in order
  std::set<std::string> families() const;                              // registered, with their suffixes
  std::size_t live_series() const noexcept { return live_; }
  std::uint64_t points() const noexcept { return points_; }                 // received so far
  std::uint64_t dropped_points() const noexcept { return dropped_points_; } // on handle 0
  const std::vector<std::string>& logs() const noexcept { return logs_; }
  const std::string& last_error() const noexcept { return last_error_; }
  const std::vector<std::string>& violations() const noexcept {
    return violations_;
  } // of the ABI; must stay empty

 private:
  friend struct fake_host_calls;
  friend struct fake_table_calls;
  struct family {
    std::string name, help, unit;
    std::uint32_t kind = 0;
    std::vector<std::string> keys;
  };
  struct series {
    std::uint32_t family = 0;
    std::vector<std::string> values;
    bool live = true;
    bool by_sample = false;  // made by a labelled sample: gone with the first cycle that does not write it
    std::uint64_t cycle = 0; // that wrote it
    double value = 0;
  };
  enum class phase { none, created, configured, running };

  template <class Body>
  reeve_status call(Body&& body, bool sampling = false);
  void violate(std::string what) { violations_.push_back(std::move(what)); }
  std::string exposed_name(const family& f) const;
  std::string text_of(const series& s) const;
  void write(std::uint64_t handle, double value);
  void publish();
  const reeve_event_sink* sink();

  const reeve_plugin_desc* desc_ = nullptr;
  reeve_host host_{};
  void* self_ = nullptr;
  phase phase_ = phase::none;
  bool in_call_ = false;
  bool in_sample_ = false;
  std::uint64_t cycle_ = 0;
  std::unique_ptr<fake_config> config_;
  std::vector<family> families_;
  std::vector<series> series_;
  std::map<std::pair<std::uint32_t, std::vector<std::string>>, std::uint64_t> handles_;
  std::vector<std::uint64_t> written_; // this cycle
  std::map<std::string, double> published_;
  std::size_t live_ = 0;
  std::uint64_t points_ = 0;
  std::uint64_t dropped_points_ = 0;
  std::vector<std::string> logs_;
  std::string last_error_;
  std::vector<std::string> violations_;
};

} // namespace reeve::testing
