// SPDX-License-Identifier: Apache-2.0
// How orders come to a keeper: through a socket, each as a file in memory, so that an order of any size is sent without
// waiting for its reader. The first is there when the keeper begins.
#pragma once

#include "posix/unique_fd.hpp"

#include "keeper/launch_order.hpp"

#include <string_view>

namespace reeve::os {

inline constexpr int order_input = 0; // the keeper's end

// The agent's side.
result<unique_fd> as_file(std::string_view order);
bool send_order(int socket, int order); // false, errno is set: the keeper takes none any more

// The keeper's side.
result<launch_order> first_order();
// Waits for a second: a program that dies is mostly started again at once, and the keeper that is there needs no start.
result<launch_order> next_order();

} // namespace reeve::os
