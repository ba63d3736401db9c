// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/value_tree.hpp"

namespace reeve::config {

// Where a table is written, which makes no difference between two settings.
struct written_at : source_position {
  friend bool operator==(const written_at&, const written_at&) noexcept { return true; }
};

} // namespace reeve::config
