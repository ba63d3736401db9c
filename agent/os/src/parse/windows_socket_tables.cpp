// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_socket_tables.hpp"

#include "reeve/base/strings.hpp"

#include <cstring>
#include <iterator>

namespace reeve::os::parse {

namespace {

// A port is a DWORD whose first two bytes are in network order; the others may hold anything.
struct windows_port {
  std::uint8_t bytes[4];
  std::uint16_t value() const noexcept { return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]); }
};

struct tcp4_row {
  std::uint32_t state;
  std::uint8_t local[4];
  windows_port local_port;
  std::uint8_t remote[4];
  windows_port remote_port;
  std::uint32_t pid;
};
static_assert(sizeof(tcp4_row) == 24);

struct tcp6_row {
  std::uint8_t local[16];
  std::uint32_t local_scope;
  windows_port local_port;
  std::uint8_t remote[16];
  std::uint32_t remote_scope;
  windows_port remote_port;
  std::uint32_t state;
  std::uint32_t pid;
};
static_assert(sizeof(tcp6_row) == 56);

struct udp4_row {
  std::uint8_t local[4];
  windows_port local_port;
  std::uint32_t pid;
};
static_assert(sizeof(udp4_row) == 12);

struct udp6_row {
  std::uint8_t local[16];
  std::uint32_t local_scope;
  windows_port local_port;
  std::uint32_t pid;
};
static_assert(sizeof(udp6_row) == 28);

// MIB_TCP_STATE
socket_state state_of(std::uint32_t number) noexcept {
  static constexpr socket_state states[] = {
      socket_state::other,      socket_state::close,       socket_state::listen,    socket_state::syn_sent,
      socket_state::syn_recv,   socket_state::established, socket_state::fin_wait1, socket_state::fin_wait2,
      socket_state::close_wait, socket_state::closing,     socket_state::last_ack,  socket_state::time_wait,
      socket_state::close, // delete TCB: it is being taken down
  };
  return number < std::size(states) ? states[number] : socket_state::other;
}

template <std::size_t N>
void put(address_bytes& to, const std::uint8_t (&from)[N]) noexcept {
  std::memcpy(to.data(), from, N);
}

template <class Row>
void fill_tcp(socket_row& row, const Row& raw) noexcept {
  row.state = state_of(raw.state);
  put(row.local, raw.local);
  row.local_port = raw.local_port.value();
  if (row.state == socket_state::listen) return; // its remote end means nothing
  put(row.remote, raw.remote);
  row.remote_port = raw.remote_port.value();
}
template <class Row>
void fill_udp(socket_row& row, const Row& raw) noexcept {
  row.protocol = transport::udp;
  row.state = socket_state::listen; // Windows does not tell a connected one
  put(row.local, raw.local);
  row.local_port = raw.local_port.value();
}

void fill(socket_row& row, const tcp4_row& raw) noexcept {
  fill_tcp(row, raw);
}
void fill(socket_row& row, const tcp6_row& raw) noexcept {
  row.v6 = true;
  row.interface_index = raw.local_scope;
  fill_tcp(row, raw);
}
void fill(socket_row& row, const udp4_row& raw) noexcept {
  fill_udp(row, raw);
}
void fill(socket_row& row, const udp6_row& raw) noexcept {
  row.v6 = true;
  row.interface_index = raw.local_scope;
  fill_udp(row, raw);
}

template <class Row>
result<> append(std::span<const std::byte> table, std::vector<windows_socket>& out) {
  std::uint32_t count = 0;
  if (table.size() < sizeof count) return error{errc::failed, "the system's list of sockets has no length"};
  std::memcpy(&count, table.data(), sizeof count);
  table = table.subspan(sizeof count);
  if (count > table.size() / sizeof(Row))
    return error{errc::failed, cat("the system's list of sockets says that it has ", count,
                                   " rows, and has room for ", table.size() / sizeof(Row))};
  for (std::uint32_t i = 0; i < count; ++i) {
    Row raw;
    std::memcpy(&raw, table.data() + i * sizeof(Row), sizeof raw);
    windows_socket& one = out.emplace_back();
    fill(one.row, raw);
    one.owner_pid = raw.pid;
  }
  return {};
}

} // namespace

result<> parse_windows_sockets(std::span<const std::byte> table, transport protocol, bool v6,
                               std::vector<windows_socket>& out) {
  if (protocol == transport::tcp) return v6 ? append<tcp6_row>(table, out) : append<tcp4_row>(table, out);
  return v6 ? append<udp6_row>(table, out) : append<udp4_row>(table, out);
}

} // namespace reeve::os::parse
