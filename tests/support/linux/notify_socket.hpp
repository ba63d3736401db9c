// SPDX-License-Identifier: Apache-2.0
// What systemd is to a service: a socket that takes its messages.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace reeve::test {

class notify_socket {
 public:
  // `address`: as $NOTIFY_SOCKET names it, an absolute path or @NAME. Throws std::runtime_error when it is taken.
  explicit notify_socket(std::string address);
  ~notify_socket();
  notify_socket(const notify_socket&) = delete;

  const std::string& address() const noexcept { return address_; }
  std::vector<std::string> receive(); // what has come and was not taken yet, in its order; does not wait

  // The messages up to the first that begins with `start`; empty when none has come within `bound`.
  std::vector<std::string> receive_until(const std::string& start, std::chrono::milliseconds bound);

 private:
  std::string address_;
  int descriptor_ = -1;
  std::vector<std::string> waiting_;
};

} // namespace reeve::test
