// SPDX-License-Identifier: Apache-2.0
// The other end of a log socket, for tests.
#pragma once

#include <optional>
#include <string>

namespace reeve::eventlog_writer {

class test_socket {
 public:
  enum class kind { datagram, stream };
  explicit test_socket(std::string path, kind k = kind::datagram); // throws std::runtime_error
  ~test_socket();
  test_socket(const test_socket&) = delete;

  struct message {
    std::string bytes;     // of the datagram, or of the file that came with it
    bool was_file = false; // a memory file came, with nothing beside it
    int seals = 0;         // of that file
  };
  // The next one that is there already. Of streams: what the one connection has brought.
  std::optional<message> receive();

 private:
  std::string path_;
  int fd_ = -1, accepted_ = -1;
  bool stream_;
};

} // namespace reeve::eventlog_writer
