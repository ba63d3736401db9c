// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace reeve {

// A process for ever: the pid alone is reused. `start` is in the kernel's raw units and is only compared, never
// converted: start ticks since boot from /proc/PID/stat on Linux, the creation FILETIME on Windows.
struct process_id {
  std::uint32_t pid = 0;
  std::uint64_t start = 0;

  friend bool operator==(const process_id&, const process_id&) = default;
  friend auto operator<=>(const process_id&, const process_id&) = default;
};

} // namespace reeve

template <>
struct std::hash<reeve::process_id> {
  std::size_t operator()(const reeve::process_id& id) const noexcept {
    // Fibonacci hashing: pids are dense and starts are clustered, so both must reach the high bits.
    return static_cast<std::size_t>((id.start * 0x9E3779B97F4A7C15u) ^
                                    (std::uint64_t{id.pid} * 0xC2B2AE3D27D4EB4Fu));
  }
};
