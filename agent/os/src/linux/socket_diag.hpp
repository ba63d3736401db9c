// SPDX-License-Identifier: Apache-2.0
// Asks the kernel for its TCP and UDP sockets (sock_diag(7)).
#pragma once

#include "posix/unique_fd.hpp"
#include "reeve/base/result.hpp"
#include "reeve/os/socket_table.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace reeve::os {

class socket_diag {
 public:
  static result<socket_diag> open();

  // Appends all that the request names. The kernel leaves out the states and ports that were not asked for.
  result<> dump(const socket_request& wanted, std::vector<socket_row>& rows);

 private:
  static constexpr std::size_t buffer_size = 256 * 1024;

  result<> dump_one(int family, transport protocol, std::uint32_t states, const std::uint16_t* port,
                    std::vector<socket_row>& rows);
  result<> send(int family, transport protocol, std::uint32_t states, const std::uint16_t* port);

  unique_fd socket_;
  std::unique_ptr<std::byte[]> buffer_;
  std::uint32_t sequence_ = 0;
};

} // namespace reeve::os
