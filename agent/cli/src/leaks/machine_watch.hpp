// SPDX-License-Identifier: Apache-2.0
// This machine's processes, watched for leaks for a while by this program itself.
#pragma once

#include "plugins/handle-leak/kind_watch.hpp"
#include "plugins/handle-leak/leak_watch.hpp"

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace reeve::cli {

struct leak_suspect {
  std::uint32_t pid = 0;
  std::string name; // raw
  handle_leak::resource of = handle_leak::resource::handles;
  double slope_per_second = 0; // handles, threads or bytes
  double confidence = 0;
  std::optional<double> seconds_to_limit;
  bool exited = false; // while it was suspected
  // Of handles: which kind leaks, or "unknown", how many there are of it, and where one of them leads. Else empty.
  std::string kind;
  std::uint64_t kind_count = 0;
  std::string example;
};

struct watch_report {
  std::vector<leak_suspect> suspects; // the surest first
  std::uint64_t readings = 0;
  std::size_t processes = 0; // watched at the end
  std::size_t left_out = 0;
  std::uint64_t unreadable = 0; // values that this account may not see, of the last reading
  // Suspects' handles that were to be counted by kind and could not be, by reason.
  std::array<std::uint64_t, handle_leak::all_unread_reasons.size()> kinds_unread{};
};

// Called after each reading with how long it has been and how many are suspected.
using watch_progress = std::function<void(nanoseconds passed, std::size_t suspects)>;

// Blocks for `duration`. A reading that comes late is not made up for.
result<watch_report> watch_machine(const handle_leak::watch_options& options, nanoseconds duration,
                                   nanoseconds interval, const watch_progress& progress);

} // namespace reeve::cli
