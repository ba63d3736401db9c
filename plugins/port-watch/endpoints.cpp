// SPDX-License-Identifier: Apache-2.0
#include "endpoints.hpp"

#include <cstring>
#include <string_view>

namespace reeve::port_watch {

namespace {

bool goes_to(const reeve_socket_row& row, const declared_endpoint& e) {
  if (row.remote_port != e.port) return false;
  if (!e.address) return true;
  const bool v6 = (row.flags & REEVE_SOCKET_V6) != 0;
  const std::uint8_t* remote = row.remote;
  if (v6 == e.address->v6) return std::memcmp(remote, e.address->bytes.data(), v6 ? 16 : 4) == 0;
  // A socket of IPv6 that speaks IPv4: "::ffff:a.b.c.d".
  static constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return v6 && std::memcmp(remote, mapped, sizeof mapped) == 0 &&
         std::memcmp(remote + sizeof mapped, e.address->bytes.data(), 4) == 0;
}

} // namespace

std::vector<endpoint_change> endpoints::update(const socket_rows& rows, const sdk::process_names& names) {
  for (endpoint_usage& u : usage_) {
    for (auto& [name, counts] : u.groups)
      counts = {};
    u.in_use = 0;
  }
  for (std::uint32_t i = 0; !usage_.empty() && i < rows.size(); ++i) {
    const reeve_socket_row& row = rows[i];
    if (row.protocol != REEVE_TCP || row.state == REEVE_SOCKET_LISTEN || row.state >= n_states) continue;
    for (std::size_t k = 0; k < declared_.size(); ++k) {
      if (!goes_to(row, declared_[k])) continue;
      std::string_view name;
      if (rows.owners(row) > 0) name = names.of(rows.owner(row, 0).pid, rows.owner(row, 0).start);
      if (name.empty()) name = no_group;
      auto group = usage_[k].groups.find(name);
      if (group == usage_[k].groups.end())
        group = usage_[k].groups.emplace(std::string(name), state_counts{}).first;
      ++group->second[row.state];
      if (row.state != REEVE_SOCKET_TIME_WAIT) ++usage_[k].in_use;
    }
  }
  std::vector<endpoint_change> changes;
  for (std::size_t k = 0; k < declared_.size(); ++k) {
    endpoint_usage& u = usage_[k];
    std::erase_if(u.groups, [](const auto& group) { return group.second == state_counts{}; });
    const declared_endpoint& e = declared_[k];
    const bool exhausted = e.limit > 0 && u.in_use >= e.warn_ratio * static_cast<double>(e.limit);
    if (exhausted != u.exhausted) changes.push_back({k, exhausted});
    u.exhausted = exhausted;
  }
  return changes;
}

} // namespace reeve::port_watch
