// SPDX-License-Identifier: Apache-2.0
// The values of state files that are no numbers.
#pragma once

#include <string_view>

namespace reeve::supervise {

inline bool read_flag(std::string_view text, bool& out) {
  out = text == "yes";
  return out || text == "no";
}

inline const char* yes_or_no(bool b) {
  return b ? "yes" : "no";
}

} // namespace reeve::supervise
