// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>

namespace reeve::test {

// A TCP port on 127.0.0.1 that nobody had a moment ago.
inline std::uint16_t free_port() {
  namespace ip = boost::asio::ip;
  boost::asio::io_context none;
  return ip::tcp::acceptor(none, {ip::address_v4::loopback(), 0}).local_endpoint().port();
}

} // namespace reeve::test
