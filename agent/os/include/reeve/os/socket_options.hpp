// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>

namespace reeve::os {

// For a TCP socket that will listen, before bind(): no other process can take or share its address while it is open, and
// a program that is started again can bind at once although connections of its former run are still in TIME_WAIT.
// The same wish has opposite options: SO_REUSEADDR on Linux (socket(7): it never lets two sockets listen), and
// SO_EXCLUSIVEADDRUSE on Windows, where SO_REUSEADDR lets any process take over a port that another one listens on
// (Microsoft, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE"). `native_socket` is a file descriptor or a SOCKET.
result<> claim_listen_address(std::uintptr_t native_socket);

} // namespace reeve::os
