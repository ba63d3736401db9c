// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_socket_tables.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>

namespace reeve::os::parse {
namespace {

// A table of 32-bit words as they lie in memory.
std::vector<std::byte> table(std::initializer_list<std::uint32_t> words) {
  std::vector<std::byte> out(words.size() * sizeof(std::uint32_t));
  std::memcpy(out.data(), words.begin(), out.size());
  return out;
}
// As Windows stores a port: network order in the low half, anything above it.
constexpr std::uint32_t port(std::uint16_t number) {
  return static_cast<std::uint32_t>((number & 0xff) << 8 | number >> 8) | 0xabcd0000u;
}
constexpr std::uint32_t loopback = 0x0100007f; // 127.0.0.1 in network order, read as a little-endian word

TEST(windows_sockets, tcp_over_ipv4) {
  std::vector<windows_socket> out;
  const auto parsed = parse_windows_sockets(table({2, 2, loopback, port(8080), 0x55555555, port(99), 17, 5,
                                                   loopback, port(8080), loopback, port(54321), 18}),
                                            transport::tcp, false, out);
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].row.state, socket_state::listen);
  EXPECT_EQ(out[0].row.local, (address_bytes{127, 0, 0, 1}));
  EXPECT_EQ(out[0].row.local_port, 8080);
  EXPECT_EQ(out[0].row.remote_port, 0) << "a listener has no other end";
  EXPECT_EQ(out[0].owner_pid, 17u);
  EXPECT_EQ(out[1].row.state, socket_state::established);
  EXPECT_EQ(out[1].row.remote_port, 54321);
  EXPECT_EQ(out[1].owner_pid, 18u);
}

TEST(windows_sockets, tcp_over_ipv6) {
  std::vector<windows_socket> out;
  const auto parsed = parse_windows_sockets(
      table({1, 0, 0, 0, 0x01000000, 7, port(443), 0, 0, 0, 0x02000000, 0, port(5000), 11, 0}),
      transport::tcp, true, out);
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(out.size(), 1u);
  EXPECT_TRUE(out[0].row.v6);
  EXPECT_EQ(out[0].row.local[15], 1);
  EXPECT_EQ(out[0].row.remote[15], 2);
  EXPECT_EQ(out[0].row.interface_index, 7u);
  EXPECT_EQ(out[0].row.state, socket_state::time_wait);
  EXPECT_EQ(out[0].owner_pid, 0u);
}

TEST(windows_sockets, udp_listens) {
  std::vector<windows_socket> out;
  ASSERT_TRUE(parse_windows_sockets(table({1, loopback, port(53), 3}), transport::udp, false, out));
  ASSERT_TRUE(parse_windows_sockets(table({1, 0, 0, 0, 0, 0, port(5353), 4}), transport::udp, true, out));
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].row.protocol, transport::udp);
  EXPECT_EQ(out[0].row.state, socket_state::listen);
  EXPECT_EQ(out[0].row.local_port, 53);
  EXPECT_EQ(out[1].row.local_port, 5353);
  EXPECT_EQ(out[1].owner_pid, 4u);
}

TEST(windows_sockets, a_count_beyond_the_table_is_an_error) {
  std::vector<windows_socket> out;
  EXPECT_FALSE(parse_windows_sockets({}, transport::tcp, false, out));
  EXPECT_FALSE(parse_windows_sockets(table({2, 2, loopback, port(1), 0, 0, 1}), transport::tcp, false, out));
  EXPECT_FALSE(parse_windows_sockets(table({0xffffffff}), transport::udp, true, out));
  EXPECT_TRUE(out.empty());
}

TEST(windows_sockets, a_state_of_a_later_system_is_other) {
  std::vector<windows_socket> out;
  ASSERT_TRUE(parse_windows_sockets(table({1, 99, 0, 0, 0, 0, 1}), transport::tcp, false, out));
  EXPECT_EQ(out[0].row.state, socket_state::other);
}

} // namespace
} // namespace reeve::os::parse
