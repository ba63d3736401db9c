// SPDX-License-Identifier: Apache-2.0
// The command line talks to a running agent of the same machine: one request, one answer.
// Linux: a Unix socket, mode 0600, in os::user_runtime_dir(). Windows: a named pipe \\.\pipe\reeve-INSTANCE that only
// the agent's own account, administrators and the system may open, refused to remote clients.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace reeve::os {

inline constexpr std::size_t max_control_bytes = 1 << 20; // of a request and of an answer

// Called on the server's thread, one request at a time. Must return; exceptions count as an empty answer.
using control_handler = std::function<std::string(std::string_view request)>;

class control_server {
 public:
  // `instance`: [a-z0-9_-]{1,64}. busy: another agent serves that instance (on Linux a socket file that nobody listens
  // on is replaced). Starts the one thread that serves.
  static result<std::unique_ptr<control_server>> create(const std::string& instance, control_handler handler);
  virtual ~control_server() = default; // stops and joins; an idle or stuck client does not delay it
  virtual const std::string& address() const noexcept = 0; // the socket's path or the pipe's name
};

// not_found: no agent serves that instance; the message names the address tried.
result<std::string> control_request(const std::string& instance, std::string_view request,
                                    nanoseconds timeout);

} // namespace reeve::os
