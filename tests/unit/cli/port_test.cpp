// SPDX-License-Identifier: Apache-2.0
#include "port/port_list.hpp"
#include "port/port_spec.hpp"

#include "reeve/socket_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::cli {
namespace {

using os::socket_row;
using os::socket_state;
using os::transport;
using testing::HasSubstr;

TEST(port_spec, is_a_port_a_protocol_or_a_range) {
  const auto one = parse_port_spec("8080");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->first, 8080);
  EXPECT_EQ(one->last, 8080);
  EXPECT_FALSE(one->protocol);
  const auto range = parse_port_spec("tcp/8000-8100");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->protocol, transport::tcp);
  EXPECT_EQ(range->first, 8000);
  EXPECT_EQ(range->last, 8100);
  EXPECT_EQ(parse_port_spec("udp/53")->protocol, transport::udp);
}

TEST(port_spec, says_what_is_wrong) {
  for (const char* text : {"", "0", "65536", "-1", "80-", "-80", "a", "80a", "8 0", "80-70", "sctp/80",
                           "tcp/", "/80", "1-2-3"}) {
    const auto spec = parse_port_spec(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_THAT(spec.error().message, HasSubstr(text));
  }
}

TEST(address_text, is_rfc_5952) {
  const auto v6 = [](std::initializer_list<unsigned> groups) {
    std::array<std::uint8_t, 16> bytes{};
    std::size_t i = 0;
    for (const unsigned group : groups) {
      bytes[i++] = static_cast<std::uint8_t>(group >> 8);
      bytes[i++] = static_cast<std::uint8_t>(group);
    }
    return sdk::address_text(bytes.data(), true);
  };
  EXPECT_EQ(v6({0, 0, 0, 0, 0, 0, 0, 0}), "::");
  EXPECT_EQ(v6({0, 0, 0, 0, 0, 0, 0, 1}), "::1");
  EXPECT_EQ(v6({0x2001, 0xdb8, 0, 0, 0, 0, 2, 1}), "2001:db8::2:1");
  EXPECT_EQ(v6({0x2001, 0xdb8, 0, 1, 1, 1, 1, 1}), "2001:db8:0:1:1:1:1:1")
      << "a single zero group is written";
  EXPECT_EQ(v6({0x2001, 0, 0, 1, 0, 0, 0, 1}), "2001:0:0:1::1") << "the longer run";
  EXPECT_EQ(v6({0x2001, 0xdb8, 0, 0, 1, 0, 0, 1}), "2001:db8::1:0:0:1") << "the first of equals";
  EXPECT_EQ(v6({0xfe80, 0, 0, 0, 0, 0, 0, 0}), "fe80::");
  EXPECT_EQ(v6({0, 0, 0, 0, 0, 0xffff, 0x0a00, 0x0001}), "::ffff:10.0.0.1");
  const std::uint8_t v4[] = {192, 168, 0, 255};
  EXPECT_EQ(sdk::address_text(v4, false), "192.168.0.255");
}

TEST(address_text, is_read_back) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "1::", "fe80::1",
                           "2001:db8::2:1", "2001:db8:0:1:1:1:1:1", "::ffff:10.0.0.1", "1:2:3:4:5:6:7:8"}) {
    const auto address = sdk::parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(sdk::address_text(address->bytes.data(), address->v6), text);
  }
  EXPECT_EQ(sdk::parse_address("::10.0.0.1")->bytes[15], 1);
  for (const char* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "256.1.1.1",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           "a.b.c.d",
                           ":",
                           ":::",
                           "1:",
                           ":1",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7::8",
                           "12345::",
                           "g::",
                           "::1::",
                           "[::1]",
                           "fe80::1%eth0"})
    EXPECT_FALSE(sdk::parse_address(text)) << text;
}

class port_list : public testing::Test {
 protected:
  socket_row& add(transport protocol, std::uint16_t port, socket_state state) {
    socket_row& row = sockets_.rows.emplace_back();
    row.protocol = protocol;
    row.local_port = port;
    row.state = state;
    row.inode = 1;
    return row;
  }
  void own(socket_row& row, std::initializer_list<process_id> owners) {
    row.first_owner = static_cast<std::uint32_t>(sockets_.owners.size());
    row.owners = static_cast<std::uint32_t>(owners.size());
    for (const process_id& id : owners)
      sockets_.owners.push_back({id, 3});
  }
  void process(process_id id, const std::string& name) {
    os::process_row& row = processes_.rows.emplace_back();
    row.id = id;
    row.name = {static_cast<std::uint32_t>(processes_.text.size()), static_cast<std::uint32_t>(name.size())};
    processes_.text += name;
  }
  std::vector<port_line> list(std::initializer_list<const char*> ports, bool connections = false) {
    port_question question;
    question.connections = connections;
    for (const char* text : ports)
      question.ports.push_back(*parse_port_spec(text));
    return list_ports(sockets_, processes_, question);
  }

  os::socket_rows sockets_;
  os::process_rows processes_;
};

TEST_F(port_list, one_line_for_each_owner) {
  sockets_.rows.reserve(4);
  own(add(transport::tcp, 80, socket_state::listen), {{10, 1}, {11, 1}});
  add(transport::tcp, 22, socket_state::listen);
  process({10, 1}, "master");
  const auto lines = list({});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].socket->local_port, 22) << "sorted by port";
  EXPECT_EQ(lines[0].owner, nullptr);
  EXPECT_EQ(processes_.view(lines[1].process->name), "master");
  EXPECT_EQ(lines[2].process, nullptr) << "it has gone meanwhile";
}

TEST_F(port_list, a_pid_that_is_another_process_now_is_not_named) {
  own(add(transport::tcp, 80, socket_state::listen), {{10, 1}});
  process({10, 2}, "later");
  EXPECT_EQ(list({"80"})[0].process, nullptr);
}

TEST_F(port_list, connections_matter_only_where_nothing_listens) {
  add(transport::tcp, 80, socket_state::listen);
  add(transport::tcp, 80, socket_state::established);
  add(transport::tcp, 5000, socket_state::established);
  EXPECT_EQ(list({"80"}).size(), 1u);
  EXPECT_EQ(list({"80"}, true).size(), 2u);
  EXPECT_EQ(list({"5000"}).size(), 1u);
  EXPECT_EQ(list({}).size(), 1u);
}

TEST_F(port_list, a_protocol_leaves_the_other_out) {
  add(transport::tcp, 53, socket_state::listen);
  add(transport::udp, 53, socket_state::listen);
  EXPECT_EQ(list({"53"}).size(), 2u);
  ASSERT_EQ(list({"udp/53"}).size(), 1u);
  EXPECT_EQ(list({"udp/53"})[0].socket->protocol, transport::udp);
}

TEST_F(port_list, what_waits_for_late_packets_does_not_take_a_port) {
  add(transport::tcp, 80, socket_state::time_wait);
  EXPECT_FALSE(is_taken(list({"80"})));
  add(transport::tcp, 80, socket_state::close_wait);
  EXPECT_TRUE(is_taken(list({"80"})));
  EXPECT_FALSE(is_taken({}));
}

TEST_F(port_list, the_table_and_the_document_name_the_owner) {
  own(add(transport::tcp, 80, socket_state::listen), {{10, 1}});
  process({10, 1}, "ser\x1bver");
  const auto lines = list({"80"});
  EXPECT_THAT(render_ports(lines, processes_, nanoseconds{0}, {}), HasSubstr("ser\\x1Bver"));
  const auto document = ports_to_json(lines, processes_);
  ASSERT_EQ(document.size(), 1u);
  EXPECT_EQ(document[0].at("owners").at(0).at("pid").as_uint64(), 10u);
  EXPECT_EQ(document[0].at("port").as_uint64(), 80u);
}

} // namespace
} // namespace reeve::cli
