// SPDX-License-Identifier: Apache-2.0
// A connection to a local log socket that never blocks.
#pragma once

#include <string>
#include <string_view>

namespace reeve::eventlog_writer {

class datagram_socket {
 public:
  datagram_socket() = default;
  ~datagram_socket() { close(); }
  datagram_socket(const datagram_socket&) = delete;
  datagram_socket& operator=(const datagram_socket&) = delete;

  // `stream_too`: the socket may also be one of streams, as some syslog daemons have it; what is sent then ends in a NUL
  // byte. False: see error().
  bool open(const std::string& path, bool stream_too);
  bool is_open() const noexcept { return fd_ >= 0; }
  void close() noexcept;

  // All or nothing. False: error() says why; the connection is closed unless only the receiver's queue is full or the
  // message too long.
  bool send(std::string_view bytes);
  // The same bytes in a sealed memory file whose descriptor is sent, for what is too long for a datagram.
  bool send_file(std::string_view bytes);
  int error() const noexcept { return error_; } // errno of the last failure

 private:
  bool fail(int code, bool keep) noexcept;

  int fd_ = -1;
  bool stream_ = false;
  int error_ = 0;
};

} // namespace reeve::eventlog_writer
