// SPDX-License-Identifier: Apache-2.0
// Context switches of whole processes by the taskstats generic-netlink family
// (Documentation/accounting/taskstats.rst): summed over the threads (those that ended included or
// not, as the kernel's release has it), where /proc/PID/status shows the
// main thread's alone, and at a fifth of its price. Needs CAP_NET_ADMIN; pids are those of this process's
// namespace.
#pragma once

#include "posix/unique_fd.hpp"
#include "reeve/base/result.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace reeve::os {

struct switch_counts {
  static constexpr std::uint64_t unknown = UINT64_MAX;
  std::uint64_t voluntary = unknown;
  std::uint64_t involuntary = unknown;
  bool known() const noexcept { return voluntary != unknown; }
  friend bool operator==(const switch_counts&, const switch_counts&) = default;
};

class taskstats {
 public:
  static result<std::unique_ptr<taskstats>> create();

  // One entry per pid, in their order; unknown for a process that has gone.
  void read(std::span<const std::uint32_t> pids, std::vector<switch_counts>& out);

 private:
  static constexpr std::size_t batch = 64;
  static constexpr std::size_t reply_size = 1024;

  taskstats() = default;
  bool ask(std::span<const std::uint32_t> pids, std::uint32_t first_sequence);
  void collect(std::size_t expected, std::uint32_t first_sequence, std::span<switch_counts> out);

  unique_fd socket_;
  std::uint16_t family_ = 0;
  std::uint32_t sequence_ = 1;
  std::unique_ptr<char[]> replies_;
};

} // namespace reeve::os
