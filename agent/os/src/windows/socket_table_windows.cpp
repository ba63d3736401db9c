// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/socket_table.hpp"

#include "parse/windows_process_info.hpp"
#include "parse/windows_socket_tables.hpp"
#include "windows/error.hpp"
#include "windows/process_list.hpp"
#include "windows/windows.hpp"

#include <winsock2.h>

#include <iphlpapi.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace reeve::os {

namespace {

constexpr ULONG first_size = 64 * 1024;
constexpr int attempts = 10; // sockets that appear between asking for the size and asking for the table

bool is_wanted(const socket_row& row, const socket_request& wanted) {
  const bool listens = row.state == socket_state::listen;
  if (listens ? !wanted.listening : !wanted.connections) return false;
  return wanted.ports.empty() ||
         std::find(wanted.ports.begin(), wanted.ports.end(), row.local_port) != wanted.ports.end();
}

// The system leaves out what is not wanted of TCP; UDP has listening sockets only.
TCP_TABLE_CLASS class_of(const socket_request& wanted) noexcept {
  if (!wanted.connections) return TCP_TABLE_OWNER_PID_LISTENER;
  return wanted.listening ? TCP_TABLE_OWNER_PID_ALL : TCP_TABLE_OWNER_PID_CONNECTIONS;
}

class windows_socket_table final : public socket_table {
 public:
  result<> read(const socket_request& wanted, socket_rows& out) override {
    out.rows.clear();
    out.owners.clear();
    out.unowned = {};
    out.unreadable_processes = out.processes_elsewhere = 0;
    sockets_.clear();
    for (const transport protocol : {transport::tcp, transport::udp})
      for (const bool v6 : {false, true}) {
        auto table = read_one(protocol, v6, class_of(wanted));
        if (!table) return table.error();
        if (auto parsed = parse::parse_windows_sockets(*table, protocol, v6, sockets_); !parsed)
          return parsed;
      }
    if (wanted.owners)
      if (auto listed = list_processes(); !listed) return listed;
    for (parse::windows_socket& one : sockets_) {
      if (!is_wanted(one.row, wanted)) continue;
      if (wanted.owners) add_owner(one, out);
      out.rows.push_back(one.row);
    }
    return {};
  }

  std::string_view backend() const noexcept override { return "iphlpapi"; }

 private:
  result<std::span<const std::byte>> read_one(transport protocol, bool v6, TCP_TABLE_CLASS tcp_class) {
    const ULONG family = v6 ? AF_INET6 : AF_INET;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      ULONG size = size_;
      const DWORD status =
          protocol == transport::tcp
              ? GetExtendedTcpTable(buffer_.get(), &size, FALSE, family, tcp_class, 0)
              : GetExtendedUdpTable(buffer_.get(), &size, FALSE, family, UDP_TABLE_OWNER_PID, 0);
      if (status == NO_ERROR) return std::span<const std::byte>(buffer_.get(), std::min(size, size_));
      if (status != ERROR_INSUFFICIENT_BUFFER) return windows_error(status, "cannot list sockets");
      size_ = size + size / 4;
      buffer_ = std::make_unique<std::byte[]>(size_);
    }
    return error{errc::busy, "the system's list of sockets grows faster than it can be read"};
  }

  result<> list_processes() {
    if (auto listed = list_.read(); !listed) return listed;
    if (auto parsed = parse::parse_windows_processes(list_.bytes(), list_.address(), 0, processes_); !parsed)
      return parsed;
    std::sort(processes_.rows.begin(), processes_.rows.end(),
              [](const process_row& a, const process_row& b) { return a.id.pid < b.id.pid; });
    return {};
  }

  void add_owner(parse::windows_socket& one, socket_rows& out) {
    const auto& all = processes_.rows;
    const auto at =
        std::lower_bound(all.begin(), all.end(), one.owner_pid,
                         [](const process_row& row, std::uint32_t pid) { return row.id.pid < pid; });
    // Pid 0, the idle process, stands for "nobody".
    const bool known = one.owner_pid != 0 && at != all.end() && at->id.pid == one.owner_pid;
    if (!known) {
      const auto why = one.owner_pid == 0 ? unowned_reason::none : unowned_reason::unseen;
      ++out.unowned[static_cast<std::size_t>(why)];
      return;
    }
    one.row.first_owner = static_cast<std::uint32_t>(out.owners.size());
    one.row.owners = 1;
    out.owners.push_back({at->id, 0});
  }

  std::unique_ptr<std::byte[]> buffer_ = std::make_unique<std::byte[]>(first_size);
  ULONG size_ = first_size;
  std::vector<parse::windows_socket> sockets_;
  process_list list_;
  process_rows processes_;
};

} // namespace

result<std::unique_ptr<socket_table>> socket_table::create(const socket_table_options&) {
  return std::unique_ptr<socket_table>(std::make_unique<windows_socket_table>());
}

} // namespace reeve::os
