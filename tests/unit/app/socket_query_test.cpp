// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/socket_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(socket_query, is_read_back) {
  os::socket_request request;
  request.connections = false;
  request.ports = {80, 65535};
  const auto back = parse_socket_query(to_query(request));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(back->listening);
  EXPECT_FALSE(back->connections);
  EXPECT_TRUE(back->owners);
  EXPECT_TRUE(back->remembered_owners);
  EXPECT_THAT(back->ports, ElementsAre(80, 65535));
}

TEST(socket_query, an_unknown_word_is_an_error) {
  for (const char* text :
       {"sockets all", "sockets port=", "sockets port=0x50", "sockets port=65536", "sockets port=1x"}) {
    const auto back = parse_socket_query(text);
    ASSERT_FALSE(back) << text;
    EXPECT_THAT(back.error().message, HasSubstr("unknown word"));
  }
}

os::socket_rows some_rows() {
  os::socket_rows rows;
  rows.unreadable_processes = 3;
  rows.processes_elsewhere = 5;
  rows.unowned = {1, 2, 4};
  os::socket_row& row = rows.rows.emplace_back();
  row.protocol = os::transport::udp;
  row.v6 = true;
  row.state = os::socket_state::listen;
  row.flags = os::socket_row::dual_stack;
  row.local = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff};
  row.local_port = 65535;
  row.interface_index = 7;
  row.uid = 1000;
  row.receive_queue = 5;
  row.send_queue = 6;
  row.inode = UINT64_MAX;
  row.owners = 2;
  rows.owners = {{{17, 18446744073709551615u}, 3}, {{18, 1}, 0}};
  rows.rows.emplace_back().remote_port = 9;
  return rows;
}

TEST(socket_text, is_read_back) {
  const os::socket_rows rows = some_rows();
  const auto back = parse_sockets(to_text(rows));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->unreadable_processes, 3u);
  EXPECT_EQ(back->processes_elsewhere, 5u);
  EXPECT_EQ(back->unowned, rows.unowned);
  ASSERT_EQ(back->rows.size(), 2u);
  const os::socket_row& row = back->rows[0];
  EXPECT_EQ(row.protocol, os::transport::udp);
  EXPECT_TRUE(row.v6);
  EXPECT_EQ(row.state, os::socket_state::listen);
  EXPECT_EQ(row.flags, os::socket_row::dual_stack);
  EXPECT_EQ(row.local, rows.rows[0].local);
  EXPECT_EQ(row.local_port, 65535);
  EXPECT_EQ(row.interface_index, 7u);
  EXPECT_EQ(row.inode, UINT64_MAX);
  ASSERT_EQ(row.owners, 2u);
  EXPECT_EQ(back->owners[0].id, (process_id{17, 18446744073709551615u}));
  EXPECT_EQ(back->owners[1].id.pid, 18u);
  EXPECT_EQ(back->rows[1].remote_port, 9);
  EXPECT_EQ(back->rows[1].owners, 0u);
}

TEST(socket_text, every_cut_is_an_error_or_a_whole_line) {
  const std::string whole = to_text(some_rows());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto back = parse_sockets(std::string_view(whole).substr(0, length));
    EXPECT_EQ(back.has_value(), length > 0 && whole[length - 1] == '\n') << length;
  }
}

TEST(socket_text, what_is_no_row_is_named) {
  for (const char* line : {"x", "7 4 1 0", "6 5 1 0", "6 4 1 300 0 1", "6 4 1 0 zz"}) {
    const auto back = parse_sockets(std::string("unreadable 0 0 0 0 0\n") + line + "\n");
    ASSERT_FALSE(back) << line;
    EXPECT_THAT(back.error().message, HasSubstr(line));
  }
}

} // namespace
} // namespace reeve::app
