// SPDX-License-Identifier: Apache-2.0
// The TCP and UDP sockets of the machine, and which processes hold them.
#pragma once

#include "reeve/base/process_id.hpp"
#include "reeve/base/result.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace reeve::os {

enum class transport : std::uint8_t { tcp = 6, udp = 17 }; // IANA's protocol numbers
const char* name_of(transport t) noexcept;

// TCP's states. UDP has two: `listen` takes datagrams from anyone, `established` is connected to one peer.
enum class socket_state : std::uint8_t {
  other,
  established,
  syn_sent,
  syn_recv,
  fin_wait1,
  fin_wait2,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  closing,
};
inline constexpr std::size_t socket_states = 12;
const char* name_of(socket_state s) noexcept; // as node_exporter writes them: "time_wait"

using address_bytes = std::array<std::uint8_t, 16>; // network order; IPv4 in the first four

struct socket_row {
  // In flags. Of IPv6 sockets that listen: says no to IPv4, or takes both. None of the two: the system does not tell.
  static constexpr std::uint8_t v6_only = 1u << 0;
  static constexpr std::uint8_t dual_stack = 1u << 1;

  transport protocol = transport::tcp;
  bool v6 = false;
  socket_state state = socket_state::other;
  std::uint8_t flags = 0;
  std::uint16_t local_port = 0;
  std::uint16_t remote_port = 0;
  address_bytes local{};
  address_bytes remote{};
  std::uint32_t interface_index = 0; // that a socket is bound to, or the scope of its address; 0: none
  std::uint32_t uid = 0;             // Linux: of whoever made it
  // Bytes that wait to be read and to be acknowledged. Of a TCP listener: connections that wait to be accepted, and how
  // many may. Linux only.
  std::uint32_t receive_queue = 0;
  std::uint32_t send_queue = 0;
  std::uint64_t inode = 0; // Linux: the socket's number; 0: it has none, as in time_wait
  // In socket_rows::owners. A socket may have several: it was inherited, or handed on.
  std::uint32_t first_owner = 0;
  std::uint32_t owners = 0;
};

struct socket_owner {
  process_id id;
  std::uint32_t descriptor = 0; // Linux: the lowest one; 0 elsewhere
};

// Why a socket has no owner in the table.
enum class unowned_reason : std::uint8_t {
  none,          // nobody holds it: time_wait, closed by its process, not accepted yet
  access_denied, // some process may hold it whose descriptors this account may not see
  unseen, // all descriptors were seen, and none is it: a socket of the kernel's own, or of another pid namespace
};
inline constexpr std::size_t unowned_reasons = 3;
const char* name_of(unowned_reason r) noexcept;

struct socket_request {
  bool listening = true;
  bool connections = true; // all that do not listen
  bool owners = true;
  // Linux: take owners from the last whole reading of this table where they still hold the socket, and look at all
  // descriptors only for sockets that it did not have. An heir of the socket since then may be missing.
  bool remembered_owners = false;
  std::vector<std::uint16_t> ports; // local ones; empty: all
};

// One reading. The caller hands it back to be filled again, so that its memory is reused.
struct socket_rows {
  std::vector<socket_row> rows; // in no order
  std::vector<socket_owner> owners;
  std::array<std::uint64_t, unowned_reasons> unowned{}; // rows, by reason; 0 unless owners were asked for
  std::uint64_t unreadable_processes = 0;               // whose descriptors this account may not see
  // Linux: of those it may see, the ones in other network namespaces, whose sockets are not in this table. 0 unless
  // owners were asked for.
  std::uint64_t processes_elsewhere = 0;
};

struct socket_table_options {
  std::string_view proc_root = "/proc"; // Linux only
};

// Not thread-safe: one reading at a time.
class socket_table {
 public:
  static result<std::unique_ptr<socket_table>> create(const socket_table_options& options = {});
  virtual ~socket_table() = default;

  // The sockets of the network namespace that this process is in. Sockets come and go meanwhile; each is there once or
  // not at all. Fails only when the table as a whole cannot be read; `out` is then unspecified.
  virtual result<> read(const socket_request& wanted, socket_rows& out) = 0;

  virtual std::string_view backend() const noexcept = 0; // "sock_diag", "iphlpapi"
};

} // namespace reeve::os
