// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace reeve::os {

// A piece of the text that belongs to a reading: process_rows::text, counter_rows::text.
struct text_ref {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

} // namespace reeve::os
