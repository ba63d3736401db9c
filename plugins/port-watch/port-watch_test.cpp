// SPDX-License-Identifier: Apache-2.0
// The plugin in a host made up by the test: what listens, who holds it, and what is told when that changes.
#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using reeve::testing::fake_plugin_host;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

class port_watch_test : public testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(host.violations(), IsEmpty()); }
  void sample() { ASSERT_EQ(host.sample(), REEVE_OK) << host.last_error(); }
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const auto& e : host.events)
      out.push_back(e.name);
    host.events.clear();
    return out;
  }

  fake_plugin_host host;
};

TEST_F(port_watch_test, shows_what_listens_and_who_holds_it) {
  host.run("");
  host.processes.add(7, 70, "nginx");
  host.processes.add(8, 80, "nginx");
  host.sockets.listen("0.0.0.0", 80, {{7, 70}, {8, 80}});
  host.sockets.listen("::1", 443, {});
  host.sockets.listen("127.0.0.1", 53, {{7, 70}}, REEVE_UDP);
  sample();
  EXPECT_THAT(host.with_prefix("reeve_port_listening"),
              ElementsAre("reeve_port_listening{protocol=\"tcp\",address=\"0.0.0.0\",port=\"80\"}",
                          "reeve_port_listening{protocol=\"tcp\",address=\"::1\",port=\"443\"}",
                          "reeve_port_listening{protocol=\"udp\",address=\"127.0.0.1\",port=\"53\"}"));
  EXPECT_EQ(host.with_prefix("reeve_port_owner_info").size(), 3u);
  EXPECT_THAT(
      host.value(
          "reeve_port_owner_info{protocol=\"tcp\",address=\"0.0.0.0\",port=\"80\",pid=\"8\",name=\"nginx\"}"),
      Optional(1));
  host.sockets.clear();
  sample();
  EXPECT_THAT(host.with_prefix("reeve_port_listening"), IsEmpty());
}

TEST_F(port_watch_test, several_sockets_on_one_port_are_one_series) {
  host.run("");
  host.processes.add(7, 70, "a");
  host.sockets.listen("0.0.0.0", 80, {{7, 70}});
  host.sockets.listen("0.0.0.0", 80, {{7, 70}});
  sample();
  EXPECT_THAT(host.value("reeve_port_listening{protocol=\"tcp\",address=\"0.0.0.0\",port=\"80\"}"),
              Optional(2));
  EXPECT_EQ(host.with_prefix("reeve_port_owner_info").size(), 1u);
}

TEST_F(port_watch_test, a_pid_that_is_another_process_by_now_has_no_name) {
  host.run("");
  host.processes.add(7, 71, "later");
  host.sockets.listen("0.0.0.0", 80, {{7, 70}});
  sample();
  EXPECT_THAT(host.value("reeve_port_owner_info{protocol=\"tcp\",address=\"0.0.0.0\",port=\"80\",pid=\"7\"}"),
              Optional(1));
}

TEST_F(port_watch_test, connections_belong_to_the_listener_they_came_through) {
  host.run("");
  host.sockets.listen("127.0.0.1", 80, {});
  host.sockets.listen("0.0.0.0", 80, {});
  host.sockets.listen("::", 90, {});
  host.sockets.listen("0.0.0.0", 100, {});
  host.sockets.connect("127.0.0.1", 80, "127.0.0.1", 5000, REEVE_SOCKET_ESTABLISHED, {});
  host.sockets.connect("10.0.0.1", 80, "10.0.0.2", 5000, REEVE_SOCKET_ESTABLISHED, {});
  host.sockets.connect("10.0.0.1", 80, "10.0.0.2", 5001, REEVE_SOCKET_TIME_WAIT, {});
  host.sockets.connect("::ffff:10.0.0.1", 90, "::ffff:10.0.0.2", 5000, REEVE_SOCKET_CLOSE_WAIT, {});
  host.sockets.connect("fe80::1", 100, "fe80::2", 5000, REEVE_SOCKET_ESTABLISHED, {}); // not IPv4's listener
  host.sockets.connect("10.0.0.1", 40000, "10.0.0.2", 80, REEVE_SOCKET_ESTABLISHED, {});
  sample();
  const auto count = [&](const char* address, int port, const char* state) {
    return host.value("reeve_port_connections{protocol=\"tcp\",address=\"" + std::string(address) +
                      "\",port=\"" + std::to_string(port) + "\",state=\"" + state + "\"}");
  };
  EXPECT_THAT(count("127.0.0.1", 80, "established"), Optional(1));
  EXPECT_THAT(count("0.0.0.0", 80, "established"), Optional(1));
  EXPECT_THAT(count("0.0.0.0", 80, "time_wait"), Optional(1));
  EXPECT_THAT(count("::", 90, "close_wait"), Optional(1));
  EXPECT_THAT(count("0.0.0.0", 100, "established"), Optional(0));
  EXPECT_THAT(host.value("reeve_port_sockets{protocol=\"tcp\",state=\"established\"}"), Optional(4));
  EXPECT_THAT(host.value("reeve_port_sockets{protocol=\"tcp\",state=\"listen\"}"), Optional(4));

  host.sockets.rows.resize(4); // the connections end
  sample();
  EXPECT_THAT(count("0.0.0.0", 80, "time_wait"), Optional(0)) << "shown with 0 from then on";
  EXPECT_EQ(count("127.0.0.1", 80, "time_wait"), std::nullopt) << "never seen there";
}

TEST_F(port_watch_test, over_max_ports_is_counted) {
  host.run("max_ports = 2");
  for (const std::uint16_t port : {1, 2, 3, 4, 5})
    host.sockets.listen("127.0.0.1", port, {});
  sample();
  EXPECT_EQ(host.with_prefix("reeve_port_listening").size(), 2u);
  EXPECT_THAT(host.value("reeve_port_limited"), Optional(3));
}

TEST_F(port_watch_test, asks_the_host_only_for_what_it_shows) {
  host.run("owners = false\nconnections = false");
  EXPECT_EQ(host.sockets.wanted(), REEVE_SOCKETS_LISTENING);
  host.sockets.listen("127.0.0.1", 80, {});
  sample();
  EXPECT_THAT(host.with_prefix("reeve_port_owner_info"), IsEmpty());
  EXPECT_THAT(host.with_prefix("reeve_port_connections"), IsEmpty());
}

TEST_F(port_watch_test, what_has_no_owner_is_counted_by_reason) {
  host.run("");
  host.sockets.unowned_access_denied = 3;
  sample();
  EXPECT_THAT(host.value("reeve_port_sockets_unowned{reason=\"access_denied\"}"), Optional(3));
  EXPECT_THAT(host.value("reeve_port_sockets_unowned{reason=\"unseen\"}"), Optional(0));
}

constexpr const char* shop = "[[port]]\nport = 80\nowner = [\"shop\"]\n";

TEST_F(port_watch_test, a_declared_port_that_is_taken_goes_and_comes_back) {
  host.run(shop);
  host.processes.add(7, 70, "shop");
  host.processes.add(8, 80, "intruder");
  const auto as_declared = [&] {
    return host.value("reeve_port_as_declared{protocol=\"tcp\",address=\"any\",port=\"80\"}");
  };
  const auto conflicts = [&] {
    return host.value("reeve_port_conflicts_total{protocol=\"tcp\",address=\"any\",port=\"80\"}");
  };
  sample();
  EXPECT_THAT(told(), ElementsAre("port.gone")) << "nobody has it from the start";
  EXPECT_THAT(as_declared(), Optional(0));
  sample();
  EXPECT_THAT(told(), IsEmpty()) << "told once";

  host.sockets.listen("0.0.0.0", 80, {{8, 80}});
  sample();
  ASSERT_EQ(host.events.size(), 1u);
  EXPECT_EQ(host.events[0].id, 1u);
  EXPECT_EQ(host.events[0].severity, static_cast<std::uint32_t>(REEVE_WARN));
  EXPECT_THAT(host.events[0].message, HasSubstr("taken by intruder (8)"));
  EXPECT_EQ(host.events[0].fields.at("port"), "80");
  EXPECT_THAT(told(), ElementsAre("port.taken"));
  EXPECT_THAT(conflicts(), Optional(1));
  sample();
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(conflicts(), Optional(1)) << "the same conflict";

  host.sockets.clear();
  host.sockets.listen("0.0.0.0", 80, {{7, 70}});
  sample();
  EXPECT_THAT(told(), ElementsAre("port.restored"));
  EXPECT_THAT(as_declared(), Optional(1));

  host.processes.add(9, 90, "shop");
  host.sockets.clear();
  host.sockets.listen("0.0.0.0", 80, {{9, 90}});
  sample();
  EXPECT_THAT(told(), ElementsAre("port.changed_hands"));

  host.sockets.clear();
  sample();
  EXPECT_THAT(told(), ElementsAre("port.gone"));
}

TEST_F(port_watch_test, a_worker_more_or_less_is_no_change_of_hands) {
  host.run(shop);
  for (const std::uint32_t pid : {7, 8, 9})
    host.processes.add(pid, pid * 10, "shop");
  host.sockets.listen("0.0.0.0", 80, {{7, 70}, {8, 80}});
  sample();
  host.sockets.clear();
  host.sockets.listen("0.0.0.0", 80, {{7, 70}, {9, 90}});
  sample();
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(port_watch_test, an_owner_that_cannot_be_seen_is_no_conflict) {
  host.run(shop);
  host.sockets.listen("0.0.0.0", 80, {});
  sample();
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(host.value("reeve_port_as_declared{protocol=\"tcp\",address=\"any\",port=\"80\"}"),
              Optional(1));
}

TEST_F(port_watch_test, a_port_declared_free_and_an_address_of_its_own) {
  host.run("[[port]]\nport = 23\nexpect = \"free\"\naddress = \"127.0.0.1\"\n");
  host.sockets.listen("10.0.0.1", 23, {});
  sample();
  EXPECT_THAT(told(), IsEmpty()) << "another address";
  host.sockets.listen("::", 23, {});
  sample();
  EXPECT_THAT(told(), ElementsAre("port.taken")) << "a dual-stack listener takes it too";
  EXPECT_THAT(host.value("reeve_port_as_declared{protocol=\"tcp\",address=\"127.0.0.1\",port=\"23\"}"),
              Optional(0));
  host.sockets.clear();
  sample();
  EXPECT_THAT(told(), ElementsAre("port.restored"));
}

TEST_F(port_watch_test, an_endpoint_near_its_limit) {
  host.run(
      "[[endpoint]]\nname = \"db\"\nport = 5432\naddress = \"10.0.0.5\"\nlimit = 4\nwarn_ratio = 0.75\n");
  host.processes.add(7, 70, "shop");
  const auto connect = [&](std::uint16_t port, std::uint8_t state, const char* to = "10.0.0.5") {
    host.sockets.connect("10.0.0.1", port, to, 5432, state, {{7, 70}});
  };
  connect(1, REEVE_SOCKET_ESTABLISHED);
  connect(2, REEVE_SOCKET_CLOSE_WAIT);
  connect(3, REEVE_SOCKET_ESTABLISHED, "10.0.0.6");
  host.sockets.connect("10.0.0.1", 4, "10.0.0.5", 5432, REEVE_SOCKET_TIME_WAIT, {});
  sample();
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(host.value("reeve_endpoint_connections_limit{endpoint=\"db\"}"), Optional(4));
  const auto count = [&](const char* group, const char* state) {
    return host.value("reeve_endpoint_connections{endpoint=\"db\",group=\"" + std::string(group) +
                      "\",state=\"" + state + "\"}");
  };
  EXPECT_THAT(count("shop", "established"), Optional(1));
  EXPECT_THAT(count("shop", "close_wait"), Optional(1));
  EXPECT_THAT(count("unknown", "time_wait"), Optional(1));
  host.sockets.connect("::ffff:10.0.0.1", 5, "::ffff:10.0.0.5", 5432, REEVE_SOCKET_ESTABLISHED, {{7, 70}});
  sample();
  ASSERT_EQ(host.events.size(), 1u);
  EXPECT_EQ(host.events[0].fields.at("holders"), "shop 3");
  EXPECT_THAT(told(), ElementsAre("endpoint.exhausted"));
  host.sockets.rows.pop_back();
  sample();
  EXPECT_THAT(told(), ElementsAre("endpoint.recovered"));
}

TEST_F(port_watch_test, says_what_is_wrong_in_its_table) {
  struct {
    const char *table, *path, *message;
  } const cases[] = {
      {"[[port]]\nprotocol = \"tcp\"\n", "port[0]", "a port is missing"},
      {"[[port]]\nport = 0\n", "port[0].port", "out of range"},
      {"[[port]]\nport = 1\nprotocol = \"sctp\"\n", "port[0].protocol", "none of \"tcp\", \"udp\""},
      {"[[port]]\nport = 1\naddress = \"localhost\"\n", "port[0].address", "no address"},
      {"[[port]]\nport = 1\nexpect = \"free\"\nowner = [\"a\"]\n", "port[0].owner", "nobody owns"},
      {"[[endpoint]]\nport = 1\n", "endpoint[0]", "a name is missing"},
      {"[[endpoint]]\nname = \"a\"\nport = 1\nwarn_ratio = 2.0\n", "endpoint[0].warn_ratio", "at most 1"},
      {"[[endpoint]]\nname = \"a\"\nport = 1\n[[endpoint]]\nname = \"a\"\nport = 2\n", "endpoint[1].name",
       "another"},
      {"connections = false\n[[endpoint]]\nname = \"a\"\nport = 1\n", "connections", "count connections"},
      {"owners = false\n[[port]]\nport = 1\nowner = [\"a\"]\n", "owners", "expected owner"},
      {"udp = false\n[[port]]\nport = 53\nprotocol = \"udp\"\n", "udp", "one of UDP"},
  };
  for (const auto& c : cases) {
    fake_plugin_host one;
    EXPECT_EQ(one.configure(c.table), REEVE_E_ARG) << c.table;
    ASSERT_EQ(one.config().rejections().size(), 1u) << c.table;
    EXPECT_EQ(one.config().rejections()[0].path, c.path);
    EXPECT_THAT(one.config().rejections()[0].message, HasSubstr(c.message));
  }
}

TEST_F(port_watch_test, rows_of_a_newer_host_are_read_by_their_stride) {
  host.run("");
  host.sockets.extra_row_bytes = 24;
  host.sockets.listen("127.0.0.1", 80, {});
  host.sockets.listen("127.0.0.1", 81, {});
  sample();
  EXPECT_EQ(host.with_prefix("reeve_port_listening").size(), 2u);
}

TEST_F(port_watch_test, a_failing_table_fails_the_sample) {
  host.run("");
  host.sockets.read_status = REEVE_E_AGAIN;
  EXPECT_EQ(host.sample(), REEVE_E_AGAIN);
  EXPECT_THAT(host.last_error(), HasSubstr("socket table"));
}

} // namespace
