// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/socket_options.hpp"

// Before anything that includes <windows.h>, which would otherwise bring the old winsock.h.
#include <winsock2.h>

#include "windows/error.hpp"

namespace reeve::os {

result<> claim_listen_address(std::uintptr_t native_socket) {
  const BOOL on = TRUE;
  if (setsockopt(static_cast<SOCKET>(native_socket), SOL_SOCKET, SO_EXCLUSIVEADDRUSE,
                 reinterpret_cast<const char*>(&on), sizeof on) != 0)
    return windows_error(static_cast<std::uint32_t>(WSAGetLastError()),
                         "cannot set SO_EXCLUSIVEADDRUSE on a listening socket");
  return {};
}

} // namespace reeve::os
