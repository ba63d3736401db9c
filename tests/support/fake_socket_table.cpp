// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_socket_table.hpp"

#include "tests/support/fake_table_calls.hpp"

#include "reeve/socket_table.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

namespace reeve::testing {

namespace {

// The flag for its family.
std::uint8_t put_address(std::string_view text, std::uint8_t (&out)[16]) {
  const auto address = sdk::parse_address(text);
  if (!address) throw std::runtime_error("no address: " + std::string(text));
  std::copy(address->bytes.begin(), address->bytes.end(), out);
  return address->v6 ? REEVE_SOCKET_V6 : 0;
}

} // namespace

reeve_socket_row& fake_socket_table::add(std::string_view address, std::uint16_t port, std::uint8_t state,
                                         std::initializer_list<owner> who) {
  reeve_socket_row& row = rows.emplace_back();
  row.protocol = REEVE_TCP;
  row.flags = put_address(address, row.local);
  row.local_port = port;
  row.state = state;
  row.inode = rows.size();
  row.first_owner = static_cast<std::uint32_t>(owners.size());
  row.n_owners = static_cast<std::uint32_t>(who.size());
  for (const owner& o : who)
    owners.push_back({o.start, o.pid, 3});
  return row;
}

reeve_socket_row& fake_socket_table::listen(std::string_view address, std::uint16_t port,
                                            std::initializer_list<owner> who, std::uint8_t protocol) {
  reeve_socket_row& row = add(address, port, REEVE_SOCKET_LISTEN, who);
  row.protocol = protocol;
  if (address == "::") row.flags |= REEVE_SOCKET_DUAL_STACK;
  return row;
}

reeve_socket_row& fake_socket_table::connect(std::string_view local, std::uint16_t local_port,
                                             std::string_view remote, std::uint16_t remote_port,
                                             std::uint8_t state, std::initializer_list<owner> who) {
  reeve_socket_row& row = add(local, local_port, state, who);
  put_address(remote, row.remote);
  row.remote_port = remote_port;
  return row;
}

void fake_socket_table::clear() {
  rows.clear();
  owners.clear();
}

void fake_socket_table::build() {
  const std::size_t stride = sizeof(reeve_socket_row) + extra_row_bytes;
  memory_.assign(rows.size() * stride, '\x5A');
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::memcpy(memory_.data() + i * stride, &rows[i], sizeof rows[i]);
}

reeve_status REEVE_CALL fake_table_calls::want_sockets(const reeve_host* h, const reeve_call*,
                                                       std::uint32_t what) {
  of(h).sockets.wanted_ = what;
  return REEVE_OK;
}

reeve_status REEVE_CALL fake_table_calls::read_sockets(const reeve_host* h, const reeve_call*,
                                                       reeve_socket_rows* out) {
  fake_plugin_host& self = of(h);
  note_reading(h);
  fake_socket_table& t = self.sockets;
  if (t.read_status != REEVE_OK) return t.read_status;
  t.build();
  const std::uint32_t size = out->struct_size;
  *out = reeve_socket_rows{};
  out->struct_size = size;
  out->row_stride = static_cast<std::uint32_t>(sizeof(reeve_socket_row)) + t.extra_row_bytes;
  out->rows = reinterpret_cast<const reeve_socket_row*>(t.memory_.data());
  out->owners = t.owners.data();
  out->n_rows = static_cast<std::uint32_t>(t.rows.size());
  out->n_owners = static_cast<std::uint32_t>(t.owners.size());
  out->owner_stride = sizeof(reeve_socket_owner);
  out->generation = ++t.generation_;
  out->read_mono_ns = self.mono_ns;
  out->unowned_access_denied = t.unowned_access_denied;
  return REEVE_OK;
}

} // namespace reeve::testing
