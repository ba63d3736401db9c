// SPDX-License-Identifier: Apache-2.0
// Which measure is shown under which name: data, no code.
#pragma once

#include "measures.hpp"

#include "reeve/plugin.hpp"

#include <iterator>
#include <span>

namespace reeve::process_watch {

// One series of a family. Rows of one family follow each other and agree in all but the last two members.
struct series_spec {
  const char* family; // as it is registered: the host adds _total
  const char* help;
  const char* unit;
  sdk::kind kind;
  const char* extra_key; // label after the common ones; null: none
  const char* extra_value;
  measure what;
};

std::span<const series_spec> group_series() noexcept;        // common labels: group
std::span<const series_spec> process_series() noexcept;      // pid, name
std::span<const series_spec> namedprocess_series() noexcept; // groupname
std::span<const series_spec> windows_series() noexcept;      // process, process_id

const char* state_name(std::uint32_t state) noexcept; // of REEVE_STATE_*

} // namespace reeve::process_watch
