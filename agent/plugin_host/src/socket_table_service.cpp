// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/socket_table_service.hpp"

#include <cstring>
#include <utility>

namespace reeve::plugin_host {

// The ABI's numbers are agent/os's, so that no table translates them.
static_assert(REEVE_TCP == static_cast<int>(os::transport::tcp));
static_assert(REEVE_UDP == static_cast<int>(os::transport::udp));
static_assert(REEVE_SOCKET_CLOSING == static_cast<int>(os::socket_state::closing));
static_assert(REEVE_SOCKET_CLOSING + 1 == os::socket_states);

namespace {

reeve_socket_row to_abi(const os::socket_row& r) noexcept {
  reeve_socket_row out{};
  std::memcpy(out.local, r.local.data(), sizeof out.local);
  std::memcpy(out.remote, r.remote.data(), sizeof out.remote);
  out.local_port = r.local_port;
  out.remote_port = r.remote_port;
  out.protocol = static_cast<std::uint8_t>(r.protocol);
  out.state = static_cast<std::uint8_t>(r.state);
  if (r.v6) out.flags |= REEVE_SOCKET_V6;
  if (r.flags & os::socket_row::v6_only) out.flags |= REEVE_SOCKET_V6_ONLY;
  if (r.flags & os::socket_row::dual_stack) out.flags |= REEVE_SOCKET_DUAL_STACK;
  out.interface_index = r.interface_index;
  out.uid = r.uid;
  out.receive_queue = r.receive_queue;
  out.send_queue = r.send_queue;
  out.first_owner = r.first_owner;
  out.n_owners = r.owners;
  out.inode = r.inode;
  return out;
}

} // namespace

socket_table_service::socket_table_service(const clock& time, make_table make)
    : time_(time), make_(std::move(make)),
      readings_(time, "socket table",
                [this](bits all, socket_reading& out) { return make_reading(all.what, out); }) {}

void socket_table_service::want(subscriber who, std::uint32_t what) {
  readings_.want(who, {what});
}

void socket_table_service::forget(subscriber who) {
  readings_.forget(who);
}

result<std::shared_ptr<const socket_reading>>
socket_table_service::read(subscriber who, nanoseconds not_before, nanoseconds deadline) {
  return readings_.read(who, not_before, deadline);
}

result<> socket_table_service::need_table() {
  if (table_) return {};
  auto made = make_();
  if (!made) return made.error();
  table_ = *std::move(made);
  return {};
}

result<os::socket_rows> socket_table_service::look_up(const os::socket_request& wanted,
                                                      nanoseconds deadline) {
  return readings_.alone(deadline, [&]() -> result<os::socket_rows> {
    if (auto there = need_table(); !there) return there.error();
    os::socket_rows out;
    if (auto done = table_->read(wanted, out); !done) return done.error();
    return out;
  });
}

result<> socket_table_service::make_reading(std::uint32_t what, socket_reading& out) {
  if (auto there = need_table(); !there) return there;
  os::socket_request request;
  request.listening = (what & REEVE_SOCKETS_LISTENING) != 0;
  request.connections = (what & REEVE_SOCKETS_CONNECTIONS) != 0;
  request.owners = (what & REEVE_SOCKETS_OWNERS) != 0;
  const nanoseconds began = time_.mono();
  if (auto done = table_->read(request, raw_); !done) return done;
  const nanoseconds duration = time_.mono() - began;

  out.rows.clear();
  out.rows.reserve(raw_.rows.size());
  for (const os::socket_row& row : raw_.rows)
    out.rows.push_back(to_abi(row));
  out.owners.clear();
  out.owners.reserve(raw_.owners.size());
  for (const os::socket_owner& owner : raw_.owners)
    out.owners.push_back({owner.id.start, owner.id.pid, owner.descriptor});
  out.unowned = raw_.unowned;
  out.unreadable_processes = raw_.unreadable_processes;

  const std::scoped_lock lock(mutex_);
  stats_.last_duration = duration;
  stats_.rows = out.rows.size();
  stats_.readings_total += 1;
  stats_.unowned = out.unowned;
  stats_.unreadable_processes = out.unreadable_processes;
  stats_.processes_elsewhere = raw_.processes_elsewhere;
  stats_.backend = table_->backend();
  return {};
}

socket_table_stats socket_table_service::stats() const {
  const std::scoped_lock lock(mutex_);
  return stats_;
}

} // namespace reeve::plugin_host
