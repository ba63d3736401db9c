// SPDX-License-Identifier: Apache-2.0
// Which processes hold which sockets, by one pass over all descriptors.
#pragma once

#include "linux/proc_files.hpp"
#include "reeve/os/socket_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

// Rows by the socket's number. Filled again for every reading.
class inode_index {
 public:
  void fill(const std::vector<socket_row>& rows);
  // The row, or none.
  static constexpr std::uint32_t none = UINT32_MAX;
  std::uint32_t find(std::uint64_t inode) const noexcept;

 private:
  std::size_t slot_of(std::uint64_t inode) const noexcept;

  struct slot {
    std::uint64_t inode = 0; // 0: empty
    std::uint32_t row = 0;
  };
  std::vector<slot> slots_; // a power of two, at most half full
};

class socket_owner_finder {
 public:
  explicit socket_owner_finder(proc_files files) : files_(std::move(files)) {}

  // Fills in `owners`, the rows' places in it, `unowned`, `unreadable_processes` and `processes_elsewhere`. `remember`: keep what was found for
  // find_remembered().
  result<> find(socket_rows& table, bool remember);
  // The same by what the last find() remembered, each owner looked at again; false, and nothing is filled in, when it did
  // not have some of these sockets or an owner has let go.
  bool find_remembered(socket_rows& table);

 private:
  struct holding { // one process's hold on one socket
    std::uint32_t row = 0;
    socket_owner owner;
  };

  struct memory { // one owner of one socket, or a socket without any
    std::uint64_t inode = 0;
    bool owned = false;
    socket_owner owner;
  };

  void look_into(std::uint32_t pid, socket_rows& table);
  bool still_holds(const memory& m);
  static void count_unowned(socket_rows& table);
  void distribute(socket_rows& table);

  proc_files files_;
  inode_index index_;
  std::vector<std::uint32_t> pids_;
  std::vector<holding> holdings_; // in the order in which processes were looked into
  std::vector<memory> memory_;    // ascending by inode
  std::uint64_t remembered_unreadable_ = 0, remembered_elsewhere_ = 0;
  std::string our_namespace_; // of sockets; empty: not known
};

} // namespace reeve::os
