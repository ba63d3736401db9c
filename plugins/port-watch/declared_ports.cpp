// SPDX-License-Identifier: Apache-2.0
#include "declared_ports.hpp"

#include <algorithm>
#include <string_view>

namespace reeve::port_watch {

namespace {

bool is_on(const declared_port& declared, const listener_key& key, const listener& one) {
  if (key.port != declared.port || key.protocol != declared.protocol) return false;
  if (!declared.address) return true;
  if (key.v6 == declared.address->v6 && key.address == declared.address->bytes) return true;
  // One that listens on all addresses of the family listens on this one too.
  return key.address == std::array<std::uint8_t, 16>{} && (key.v6 == declared.address->v6 || one.dual_stack);
}

bool expected(const declared_port& declared, std::string_view name) {
  return declared.owners.empty() || name.empty() ||
         std::find(declared.owners.begin(), declared.owners.end(), name) != declared.owners.end();
}

} // namespace

std::vector<port_event> declared_ports::update(const listener_map& listeners,
                                               const sdk::process_names& names) {
  std::vector<port_event> out;
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    const declared_port& declared = ports_[i];
    state now;
    now.known = true;
    bool wrong_owner = false;
    std::string list;
    const listener_key first{declared.port, 0, false, {}};
    for (auto at = listeners.lower_bound(first); at != listeners.end() && at->first.port == declared.port;
         ++at) {
      if (!is_on(declared, at->first, at->second)) continue;
      now.listening = true;
      now.owners.insert(now.owners.end(), at->second.owners.begin(), at->second.owners.end());
    }
    std::sort(now.owners.begin(), now.owners.end());
    now.owners.erase(std::unique(now.owners.begin(), now.owners.end()), now.owners.end());
    for (const process_ref& owner : now.owners) {
      const std::string_view name = names.of(owner.pid, owner.start);
      wrong_owner = wrong_owner || !expected(declared, name);
      list += (list.empty() ? "" : ", ") + std::string(name.empty() ? "?" : name) + " (" +
              std::to_string(owner.pid) + ")";
    }
    const bool conflict = now.listening && (declared.free || wrong_owner);
    now.as_declared = !conflict && now.listening != declared.free;

    state& before = states_[i];
    now.conflicts_total = before.conflicts_total;
    const bool was_conflict = before.known && before.listening && !before.as_declared;
    if (conflict && !was_conflict) ++now.conflicts_total;
    const bool other_owners = before.listening && now.listening && before.owners != now.owners &&
                              std::none_of(now.owners.begin(), now.owners.end(), [&](const process_ref& o) {
                                return std::binary_search(before.owners.begin(), before.owners.end(), o);
                              });
    const auto tell = [&](port_change what) { out.push_back({what, i, now.owners, list}); };
    if (conflict && (!was_conflict || other_owners))
      tell(port_change::taken);
    else if (!now.listening && !declared.free && (before.listening || !before.known))
      tell(port_change::gone);
    else if (now.as_declared && before.known && !before.as_declared)
      tell(port_change::restored);
    else if (now.as_declared && other_owners && !now.owners.empty() && !before.owners.empty())
      tell(port_change::changed_hands);
    before = std::move(now);
  }
  return out;
}

} // namespace reeve::port_watch
