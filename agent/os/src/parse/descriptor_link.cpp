// SPDX-License-Identifier: Apache-2.0
#include "parse/descriptor_link.hpp"

#include <algorithm>
#include <array>

namespace reeve::os::parse {

namespace {

// Some names have brackets and some have none, and that changed with versions.
handle_kind kind_of_anonymous(std::string_view name) noexcept {
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  static constexpr std::array<std::string_view, 6> events{"eventfd",  "eventpoll", "timerfd",
                                                          "signalfd", "inotify",   "fanotify"};
  if (std::find(events.begin(), events.end(), name) != events.end()) return handle_kind::event;
  return name == "pidfd" ? handle_kind::process : handle_kind::other;
}

} // namespace

descriptor_link parse_descriptor_link(std::string_view target) noexcept {
  if (target.starts_with('/')) {
    // The kernel makes both of these without a folder, and memfd always bears the mark.
    if (target.starts_with("/memfd:") && target.ends_with(" (deleted)"))
      return {handle_kind::shared_memory, false};
    if (target.starts_with("/dev/shm/")) return {handle_kind::shared_memory, true};
    const bool in_dev = target.starts_with("/dev/") && !target.starts_with("/dev/mqueue/") &&
                        !target.starts_with("/dev/hugepages/");
    return {in_dev ? handle_kind::device : handle_kind::file, true};
  }
  if (target.starts_with("socket:[")) return {handle_kind::socket, false};
  if (target.starts_with("pipe:[")) return {handle_kind::pipe, false};
  if (target.starts_with("pidfd:[")) return {handle_kind::process, false}; // Linux 6.9
  constexpr std::string_view anonymous = "anon_inode:";
  if (target.starts_with(anonymous)) return {kind_of_anonymous(target.substr(anonymous.size())), false};
  // "net:[4026531840]" and other namespaces; a path that leads out of what this process sees, "(unreachable)/x".
  if (target.starts_with("(unreachable)/")) return {handle_kind::file, true};
  return {};
}

} // namespace reeve::os::parse
