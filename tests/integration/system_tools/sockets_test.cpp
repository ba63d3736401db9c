// SPDX-License-Identifier: Apache-2.0
// The socket table beside ss and lsof, on a machine that this test fills with sockets of every kind: the same sockets
// with the same owners, no row missing, none too many.
#include "crowd.hpp"
#include "run_tool.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/socket_table.hpp"
#include "reeve/socket_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <netinet/in.h>
#include <regex>
#include <sched.h>
#include <set>
#include <sstream>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace reeve::test {
namespace {

using os::socket_row;
using os::socket_state;
using os::transport;

os::socket_rows read_table(bool connections = true) {
  auto table = os::socket_table::create();
  EXPECT_TRUE(table) << table.error().message;
  os::socket_rows out;
  os::socket_request request;
  request.connections = connections;
  if (table) {
    EXPECT_TRUE((*table)->read(request, out));
  }
  return out;
}

std::string owners_of(const os::socket_rows& table, const socket_row& row) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> owners;
  for (std::uint32_t i = 0; i < row.owners; ++i) {
    const os::socket_owner& owner = table.owners[row.first_owner + i];
    owners.emplace(owner.id.pid, owner.descriptor);
  }
  std::string out;
  for (const auto& [pid, descriptor] : owners)
    out += cat(" ", pid, "/", descriptor);
  return out;
}

// As ss writes an end of a socket: a listener that takes both families is "*".
std::string ss_address(const socket_row& row) {
  if (row.flags & socket_row::dual_stack && row.local == os::address_bytes{}) return "*";
  const std::string text = sdk::address_text(row.local.data(), row.v6);
  return row.v6 ? cat("[", text, "]") : text;
}

std::multiset<std::string> ours_as_ss() {
  const os::socket_rows table = read_table();
  std::multiset<std::string> out;
  for (const socket_row& row : table.rows)
    if (row.state == socket_state::listen)
      out.insert(
          cat(name_of(row.protocol), " ", ss_address(row), ":", row.local_port, owners_of(table, row)));
  return out;
}

// `ss -H -tulpn`: one line a socket; of several descriptors of a process the lowest counts.
std::multiset<std::string> theirs_by_ss() {
  std::multiset<std::string> out;
  std::istringstream lines(run_tool("ss -H -tulpn"));
  const std::regex owner("pid=([0-9]+),fd=([0-9]+)"), scope("%[^\\]:]+");
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string protocol, state, received, sent, local, peer, users;
    words >> protocol >> state >> received >> sent >> local >> peer;
    std::getline(words, users);
    std::map<unsigned long, unsigned long> lowest;
    for (std::sregex_iterator at(users.begin(), users.end(), owner), end; at != end; ++at) {
      const unsigned long pid = std::stoul((*at)[1]), fd = std::stoul((*at)[2]);
      const auto [known, fresh] = lowest.emplace(pid, fd);
      if (!fresh) known->second = std::min(known->second, fd);
    }
    std::string text = cat(protocol, " ", std::regex_replace(local, scope, ""));
    for (const auto& [pid, fd] : lowest)
      text += cat(" ", pid, "/", fd);
    out.insert(text);
  }
  return out;
}

// Of each holder of a listening TCP or a UDP socket: "tcp 4711 8080". lsof shows "*" for every unspecified address.
std::set<std::string> ours_as_lsof() {
  const os::socket_rows table = read_table();
  std::set<std::string> out;
  for (const socket_row& row : table.rows)
    if (row.state == socket_state::listen)
      for (std::uint32_t i = 0; i < row.owners; ++i)
        out.insert(
            cat(name_of(row.protocol), " ", table.owners[row.first_owner + i].id.pid, " ", row.local_port));
  return out;
}

std::set<std::string> theirs_by_lsof() {
  std::set<std::string> out;
  // -a: both conditions of TCP; a second call for UDP, of which lsof knows no state.
  for (const char* command : {"lsof -nP -iTCP -sTCP:LISTEN -F pPn", "lsof -nP -iUDP -F pPn"}) {
    std::istringstream lines(run_tool(cat(command, " 2>/dev/null")));
    std::string pid, protocol;
    for (std::string line; std::getline(lines, line);) {
      if (line[0] == 'p') pid = line.substr(1);
      if (line[0] == 'P') protocol = line.substr(1) == "TCP" ? "tcp" : "udp";
      if (line[0] != 'n' || line.find("->") != line.npos) continue;
      out.insert(cat(protocol, " ", pid, " ", line.substr(line.rfind(':') + 1)));
    }
  }
  return out;
}

// Other programs of this machine come and go: what must agree is a moment in which ours did not change around theirs. One
// that is open for a part of that moment only is no disagreement; one that is there three times in a row is.
template <class Ours, class Theirs>
void expect_agreement(Ours&& ours, Theirs&& theirs) {
  int disagreements = 0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const auto before = ours();
    const auto theirs_now = theirs();
    if (before != ours()) continue;
    if (before != theirs_now && ++disagreements < 3) continue;
    EXPECT_EQ(before, theirs_now);
    return;
  }
  FAIL() << "the machine's sockets did not stand still for one reading in 20";
}

class sockets : public testing::Test {
 protected:
  void SetUp() override {
    v4_ = all_.listen(AF_INET, "127.0.0.1");
    any_ = all_.listen(AF_INET, "0.0.0.0");
    v6_ = all_.listen(AF_INET6, "::1");
    only_ = all_.listen(AF_INET6, "::", true);
    dual_ = all_.listen(AF_INET6, "::");
    udp_ = all_.open(AF_INET, SOCK_DGRAM, "127.0.0.1");
    all_.open(AF_INET6, SOCK_DGRAM, "::", 0, true);
    all_.open(AF_INET6, SOCK_DGRAM, "::");
    all_.connect(SOCK_DGRAM, udp_);
    all_.keep(::fcntl(v4_, F_DUPFD_CLOEXEC, 0)); // a second descriptor of the same process
    client_ = all_.connect(SOCK_STREAM, v4_);
    server_ = all_.accept(v4_);
    all_.connect(SOCK_STREAM, v6_); // stays in the queue of the listener: nobody holds that end yet
    // No inet socket: must not show up.
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    const int local = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    all_.keep(local);
    std::snprintf(where.sun_path + 1, sizeof where.sun_path - 1, "reeve-test-%d",
                  static_cast<int>(::getpid()));
    ASSERT_EQ(::bind(local, reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    // Shares everything that is open so far.
    ASSERT_GT(heir_ = all_.fork_child([](int) { return true; }), 0);
  }

  crowd all_;
  int v4_ = -1, any_ = -1, v6_ = -1, only_ = -1, dual_ = -1, udp_ = -1, client_ = -1, server_ = -1;
  pid_t heir_ = -1;
};

TEST_F(sockets, agree_with_ss) {
  expect_agreement(ours_as_ss, theirs_by_ss);
  const auto rows = ours_as_ss();
  const auto mine = [&](const char* address, int fd) {
    const std::string wanted = cat("tcp ", address, ":", crowd::port_of(fd), " ");
    return std::count_if(rows.begin(), rows.end(), [&](const std::string& row) {
      return row.starts_with(wanted) && row.find(cat(" ", ::getpid(), "/")) != row.npos &&
             row.find(cat(" ", heir_, "/")) != row.npos;
    });
  };
  EXPECT_EQ(mine("127.0.0.1", v4_), 1) << "once, with both of its owners";
  EXPECT_EQ(mine("0.0.0.0", any_), 1);
  EXPECT_EQ(mine("[::1]", v6_), 1);
  EXPECT_EQ(mine("[::]", only_), 1);
  EXPECT_EQ(mine("*", dual_), 1);
}

TEST_F(sockets, agree_with_lsof) {
  expect_agreement(ours_as_lsof, theirs_by_lsof);
}

TEST_F(sockets, both_ends_of_a_connection_are_there) {
  const os::socket_rows table = read_table();
  const std::uint16_t port = crowd::port_of(v4_), other = crowd::port_of(client_);
  int ends = 0;
  for (const socket_row& row : table.rows) {
    if (row.protocol != transport::tcp || row.state != socket_state::established) continue;
    const bool server = row.local_port == port && row.remote_port == other;
    const bool client = row.local_port == other && row.remote_port == port;
    if (!server && !client) continue;
    ++ends;
    EXPECT_EQ(owners_of(table, row), cat(" ", ::getpid(), "/", server ? server_ : client_, " ", heir_, "/",
                                         server ? server_ : client_));
  }
  EXPECT_EQ(ends, 2);
}

TEST_F(sockets, one_that_is_not_accepted_yet_has_no_owner_and_is_counted) {
  const os::socket_rows table = read_table();
  const std::uint16_t port = crowd::port_of(v6_);
  bool found = false;
  for (const socket_row& row : table.rows)
    if (row.local_port == port && row.state == socket_state::established) {
      found = true;
      EXPECT_EQ(row.owners, 0u);
      EXPECT_EQ(row.inode, 0u);
    }
  EXPECT_TRUE(found);
  EXPECT_GE(table.unowned[static_cast<std::size_t>(os::unowned_reason::none)], 1u);
}

TEST_F(sockets, the_kernel_leaves_out_other_ports_and_states) {
  auto table = os::socket_table::create();
  ASSERT_TRUE(table);
  os::socket_rows out;
  os::socket_request request;
  request.ports = {crowd::port_of(v4_), crowd::port_of(only_)};
  request.connections = false;
  ASSERT_TRUE((*table)->read(request, out));
  ASSERT_EQ(out.rows.size(), 2u);
  EXPECT_NE(out.rows[0].v6, out.rows[1].v6);
  request.connections = true;
  request.listening = false;
  request.ports = {crowd::port_of(v4_)};
  ASSERT_TRUE((*table)->read(request, out));
  ASSERT_EQ(out.rows.size(), 1u);
  EXPECT_EQ(out.rows[0].state, socket_state::established);
}

class remembered : public sockets {
 protected:
  void SetUp() override {
    sockets::SetUp();
    auto made = os::socket_table::create();
    ASSERT_TRUE(made);
    table_ = *std::move(made);
    os::socket_rows all;
    ASSERT_TRUE(table_->read({}, all));
  }
  std::string owners(int fd) {
    os::socket_request request;
    request.remembered_owners = true;
    request.connections = false;
    request.ports = {crowd::port_of(fd)};
    os::socket_rows out;
    EXPECT_TRUE(table_->read(request, out));
    return out.rows.size() == 1 ? owners_of(out, out.rows[0]) : cat(out.rows.size(), " rows");
  }
  std::unique_ptr<os::socket_table> table_;
};

TEST_F(remembered, owners_are_those_of_the_last_whole_reading_that_still_hold_it) {
  EXPECT_EQ(owners(any_), cat(" ", ::getpid(), "/", any_, " ", heir_, "/", any_));
  ASSERT_EQ(::kill(heir_, SIGKILL), 0);
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(heir_), &ended, WEXITED | WNOWAIT),
            0); // a zombie until the end
  EXPECT_EQ(owners(any_), cat(" ", ::getpid(), "/", any_)) << "one that has ended is not told";
}

TEST_F(remembered, a_socket_that_is_new_since_then_is_looked_for) {
  const int later = all_.listen(AF_INET, "127.0.0.1");
  EXPECT_EQ(owners(later), cat(" ", ::getpid(), "/", later));
}

TEST_F(sockets, a_process_whose_main_thread_has_ended_still_owns_its_own) {
  const std::uint16_t port = crowd::port_of(all_.listen(AF_INET, "127.0.0.1"));
  const pid_t child = all_.fork_child([](int ready) -> bool {
    std::thread([ready] {
      const std::string stat = cat("/proc/", ::getpid(), "/stat");
      for (std::string state; state != "Z";) { // until the main thread is gone
        std::ifstream in(stat);
        std::string pid, name;
        in >> pid >> name >> state;
      }
      if (::write(ready, "y", 1) == 1)
        for (;;)
          ::pause();
    }).detach();
    ::syscall(SYS_exit, 0); // this thread alone
    return false;
  });
  ASSERT_GT(child, 0);
  const os::socket_rows table = read_table(false);
  const auto row = std::find_if(table.rows.begin(), table.rows.end(),
                                [port](const socket_row& r) { return r.local_port == port; });
  ASSERT_NE(row, table.rows.end());
  EXPECT_THAT(owners_of(table, *row), testing::HasSubstr(cat(" ", child, "/")));
}

TEST_F(sockets, those_of_another_network_namespace_are_not_ours) {
  const os::socket_rows before = read_table(false);
  const std::uint16_t port =
      crowd::port_of(all_.open(AF_INET, SOCK_STREAM, "127.0.0.1")); // bound, no listener
  const pid_t child = all_.fork_child([port](int) {
    if (::unshare(CLONE_NEWNET) != 0) return false;
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 && ::listen(fd, 1) == 0;
  });
  if (child < 0) GTEST_SKIP() << "this account may not make a network namespace";
  const os::socket_rows table = read_table(false);
  for (const socket_row& row : table.rows)
    EXPECT_NE(row.local_port, port);
  EXPECT_EQ(table.processes_elsewhere, before.processes_elsewhere + 1);
}

} // namespace
} // namespace reeve::test
