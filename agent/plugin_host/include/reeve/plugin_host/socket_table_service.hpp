// SPDX-License-Identifier: Apache-2.0
// The socket table as plugins share it: read at most once a tick, with all that any of them wants.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/os/socket_table.hpp"
#include "reeve/plugin_host/shared_reading.hpp"
#include "reeve/socket_table.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace reeve::plugin_host {

// One reading in the ABI's shape. Immutable once handed out.
struct socket_reading {
  std::vector<reeve_socket_row> rows;
  std::vector<reeve_socket_owner> owners;
  std::uint64_t generation = 0;
  nanoseconds mono_time{0}, unix_time{0}; // when the reading began
  std::array<std::uint64_t, os::unowned_reasons> unowned{};
  std::uint64_t unreadable_processes = 0;
};

struct socket_table_stats : table_stats {
  std::array<std::uint64_t, os::unowned_reasons> unowned{};
  std::uint64_t unreadable_processes = 0;
  std::uint64_t processes_elsewhere = 0; // in other network namespaces
};

class socket_table_service { // safe from any thread
 public:
  using subscriber = const void*; // any stable address
  using make_table = std::function<result<std::unique_ptr<os::socket_table>>()>;

  explicit socket_table_service(
      const clock& time, make_table make = [] { return os::socket_table::create(); });

  // As REEVE_SOCKETS_* bits. forget() when the subscriber is gone.
  void want(subscriber who, std::uint32_t what);
  void forget(subscriber who);
  // As shared_reading::read().
  result<std::shared_ptr<const socket_reading>> read(subscriber who, nanoseconds not_before,
                                                     nanoseconds deadline);

  // A look of its own at some sockets, beside the readings; see os::socket_request::remembered_owners.
  result<os::socket_rows> look_up(const os::socket_request& wanted, nanoseconds deadline);

  socket_table_stats stats() const;

 private:
  struct bits {
    std::uint32_t what = 0;
    void add(bits other) noexcept { what |= other.what; }
    bool covers(bits other) const noexcept { return (other.what & ~what) == 0; }
  };
  result<> need_table();
  result<> make_reading(std::uint32_t what, socket_reading& out);

  const clock& time_;
  make_table make_;
  // Of the reading that is being made.
  std::unique_ptr<os::socket_table> table_;
  os::socket_rows raw_;

  mutable std::mutex mutex_; // guards stats_
  socket_table_stats stats_;

  shared_reading<socket_reading, bits> readings_;
};

} // namespace reeve::plugin_host
