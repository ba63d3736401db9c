// SPDX-License-Identifier: Apache-2.0
// What the tracker knows as series of the host: resolved once per group and process, then numbers only.
#pragma once

#include "process_rows.hpp"
#include "series_tables.hpp"
#include "tracker.hpp"

#include "reeve/plugin.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::process_watch {

class emission {
 public:
  explicit emission(const options& o);

  // Registers every family that these options can fill. Throws what the host refuses.
  void declare(const sdk::host& host, const sdk::call& call);
  // Drops the series of what is gone, then writes all there is. Throws when the host refuses a batch.
  reeve_status write(const sdk::host& host, const sdk::call& call, const process_rows& rows, tracker& from);

 private:
  struct column {
    const series_spec* spec;
    std::uint32_t family;
    bool windows;         // labels of the process as windows_exporter has them
    bool refused = false; // this time the host had no room: not asked again until the next
  };
  struct context {
    const sdk::host& host;
    const sdk::call& call;
    const process_rows& rows;
  };

  void add_columns(const sdk::host& host, const sdk::call& call, std::span<const series_spec> specs,
                   std::initializer_list<std::string_view> keys, bool windows, std::vector<column>& out);
  void drop_discarded(const context& c, tracker& from);
  void write_group(const context& c, group& g);
  void write_process(const context& c, process& p);
  void write_state(const context& c, process& p);
  void write_info(const context& c, process& p);
  void write_limits(const context& c, const tracker& from);
  std::uint64_t resolve(const context& c, column& col, std::span<const reeve_label> labels);
  void point(const context& c, std::uint64_t series, double value);
  void send(const context& c);

  const options& options_;
  std::vector<column> group_columns_;
  std::vector<column> process_columns_;
  std::uint32_t state_family_ = 0;
  std::uint32_t info_family_ = 0;
  std::uint32_t windows_info_family_ = 0;
  std::uint32_t limited_family_ = 0;
  std::uint64_t limited_groups_ = 0;
  std::uint64_t limited_processes_ = 0;
  bool state_refused_ = false;
  bool info_refused_ = false;
  std::vector<reeve_point> points_; // kept from call to call: the steady state allocates nothing
  reeve_status status_ = REEVE_OK;
};

} // namespace reeve::process_watch
