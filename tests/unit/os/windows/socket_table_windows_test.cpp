// SPDX-License-Identifier: Apache-2.0
// The sockets of this program, as the system tells them.
#include "reeve/os/process_table.hpp"
#include "reeve/os/socket_table.hpp"
#include "tests/support/under_wine.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <gtest/gtest.h>

#include "windows/windows.hpp"

#include <algorithm>
#include <memory>

namespace reeve::os {
namespace {

namespace ip = boost::asio::ip;

class sockets : public testing::Test {
 protected:
  void SetUp() override {
    auto made = socket_table::create();
    ASSERT_TRUE(made) << made.error().message;
    table_ = *std::move(made);
  }
  // The row of a socket of ours, read anew.
  const socket_row* find(transport protocol, bool v6, std::uint16_t port, socket_state state,
                         const socket_request& wanted = {}) {
    const auto read = table_->read(wanted, rows_);
    EXPECT_TRUE(read) << read.error().message;
    const auto row = std::find_if(rows_.rows.begin(), rows_.rows.end(), [&](const socket_row& r) {
      return r.protocol == protocol && r.v6 == v6 && r.local_port == port && r.state == state;
    });
    return row == rows_.rows.end() ? nullptr : &*row;
  }
  // Its one owner is this process, with the identity that the process table has of it.
  void expect_ours(const socket_row& row) {
    ASSERT_EQ(row.owners, 1u);
    const process_id owner = rows_.owners[row.first_owner].id;
    EXPECT_EQ(owner.pid, GetCurrentProcessId());
    auto processes = process_table::create();
    process_rows all;
    ASSERT_TRUE((*processes)->read(0, all));
    EXPECT_TRUE(
        std::any_of(all.rows.begin(), all.rows.end(), [&](const process_row& p) { return p.id == owner; }));
  }

  boost::asio::io_context loop_;
  std::unique_ptr<socket_table> table_;
  socket_rows rows_;
};

TEST_F(sockets, a_tcp_listener_of_ipv4) {
  const ip::tcp::acceptor listener(loop_, {ip::address_v4::loopback(), 0});
  const socket_row* row = find(transport::tcp, false, listener.local_endpoint().port(), socket_state::listen);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->local, (address_bytes{127, 0, 0, 1}));
}

TEST_F(sockets, a_tcp_listener_of_ipv6) {
  boost::system::error_code refused;
  ip::tcp::acceptor listener(loop_);
  listener.open(ip::tcp::v6(), refused);
  if (!refused) listener.bind({ip::address_v6::loopback(), 0}, refused);
  if (refused) GTEST_SKIP() << "this system has no IPv6 loopback: " << refused.message();
  listener.listen();
  const socket_row* row = find(transport::tcp, true, listener.local_endpoint().port(), socket_state::listen);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->local[15], 1);
}

TEST_F(sockets, both_ends_of_a_connection) {
  ip::tcp::acceptor listener(loop_, {ip::address_v4::loopback(), 0});
  ip::tcp::socket client(loop_);
  client.connect(listener.local_endpoint());
  const ip::tcp::socket server = listener.accept();
  const std::uint16_t port = client.local_endpoint().port();
  const socket_row* row = find(transport::tcp, false, port, socket_state::established);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->remote_port, listener.local_endpoint().port());
  EXPECT_NE(find(transport::tcp, false, listener.local_endpoint().port(), socket_state::established),
            nullptr);

  socket_request listening;
  listening.connections = false;
  EXPECT_EQ(find(transport::tcp, false, port, socket_state::established, listening), nullptr);
}

TEST_F(sockets, udp) {
  const ip::udp::socket socket(loop_, {ip::address_v4::loopback(), 0});
  EXPECT_NE(find(transport::udp, false, socket.local_endpoint().port(), socket_state::listen), nullptr);
}

TEST_F(sockets, the_owner_is_the_process_that_made_it) {
  if (test::under_wine()) GTEST_SKIP() << "Wine 8.0 names pid 0 as the owner of every socket";
  const ip::tcp::acceptor listener(loop_, {ip::address_v4::loopback(), 0});
  const socket_row* row = find(transport::tcp, false, listener.local_endpoint().port(), socket_state::listen);
  ASSERT_NE(row, nullptr);
  expect_ours(*row);
}

TEST_F(sockets, only_the_ports_that_were_asked_for) {
  const ip::tcp::acceptor one(loop_, {ip::address_v4::loopback(), 0}),
      other(loop_, {ip::address_v4::loopback(), 0});
  socket_request request;
  request.ports = {one.local_endpoint().port()};
  request.owners = false;
  ASSERT_TRUE(table_->read(request, rows_));
  ASSERT_EQ(rows_.rows.size(), 1u);
  EXPECT_EQ(rows_.rows[0].owners, 0u);
  EXPECT_EQ(rows_.unowned, (std::array<std::uint64_t, unowned_reasons>{}));
}

} // namespace
} // namespace reeve::os
