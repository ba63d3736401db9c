// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/port_probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include <gtest/gtest.h>

namespace reeve::os {
namespace {

namespace ip = boost::asio::ip;

template <class Socket, class Endpoint>
std::uint16_t bind_any_port(Socket& socket, const Endpoint& to) {
  boost::system::error_code ec;
  socket.open(to.protocol(), ec);
  if (!ec) socket.bind(to, ec);
  return ec ? std::uint16_t{0} : socket.local_endpoint().port();
}

TEST(port_probe, tells_a_port_that_is_taken_for_one_protocol) {
  boost::asio::io_context loop;
  ip::tcp::acceptor listener(loop);
  const std::uint16_t port = bind_any_port(listener, ip::tcp::endpoint(ip::address_v4::any(), 0));
  ASSERT_NE(port, 0);
  listener.listen();
  EXPECT_EQ(probe_port(transport::tcp, port), port_state::taken);
  EXPECT_EQ(probe_port(transport::udp, port), port_state::free);
  listener.close();
  EXPECT_EQ(probe_port(transport::tcp, port), port_state::free);
}

TEST(port_probe, looks_at_ipv6_too) {
  boost::asio::io_context loop;
  ip::udp::socket socket(loop);
  const std::uint16_t port = bind_any_port(socket, ip::udp::endpoint(ip::address_v6::loopback(), 0));
  if (port == 0) GTEST_SKIP() << "no IPv6 on this machine";
  EXPECT_EQ(probe_port(transport::udp, port), port_state::taken);
  socket.close();
  EXPECT_EQ(probe_port(transport::udp, port), port_state::free);
}

} // namespace
} // namespace reeve::os
