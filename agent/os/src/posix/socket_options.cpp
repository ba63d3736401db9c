// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/socket_options.hpp"

#include "posix/error.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace reeve::os {

result<> claim_listen_address(std::uintptr_t native_socket) {
  const int on = 1;
  if (setsockopt(static_cast<int>(native_socket), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    return posix_error(errno, "cannot set SO_REUSEADDR on a listening socket");
  return {};
}

} // namespace reeve::os
