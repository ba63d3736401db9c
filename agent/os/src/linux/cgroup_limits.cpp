// SPDX-License-Identifier: Apache-2.0
#include "linux/cgroup_limits.hpp"

#include "keeper/limit_name.hpp"
#include "linux/keeper/small_file.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reeve::os {

namespace {

constexpr std::uint64_t period_us = 100'000; // of cpu.max; the kernel's own
constexpr std::uint64_t us_per_thousandth = period_us / 1000;

bool has_word(std::string_view text, std::string_view word) {
  while (text.ends_with('\n'))
    text.remove_suffix(1);
  while (!text.empty())
    if (take_until(text, ' ') == word) return true;
  return false;
}

result<> write_file(const std::string& path, std::string_view text) {
  const unique_fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || ::write(file.get(), text.data(), text.size()) < 0) return posix_error(errno, path);
  return {};
}

// The keepers may be an earlier agent's, and no children of this one.
bool is_own(std::uint32_t pid) {
  const auto self = static_cast<std::uint32_t>(::getpid());
  if (pid == self) return true;
  const std::string text = read_small_file(cat("/proc/", pid, "/stat"));
  const auto stat = parse::parse_stat(text);
  return stat && (stat->ppid == self || stat->comm == "reeve-keeper");
}

// The agent first, so that whatever it starts meanwhile is in the leaf from its beginning.
result<> move_to_leaf(const cgroup_path& path) {
  const std::string leaf = cat(path.base, "/", agent_leaf), procs = cat(leaf, "/cgroup.procs");
  if (::mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST) return posix_error(errno, leaf);
  if (path.is_agent_in_base)
    if (auto moved = write_file(procs, "0"); !moved) return moved;
  const std::string text = read_small_file(cat(path.base, "/cgroup.procs"));
  for (std::string_view rest = text; !rest.empty();) {
    std::uint32_t pid = 0;
    if (!read_number(take_until(rest, '\n'), pid) || !is_own(pid)) continue;
    if (auto moved = write_file(procs, cat(pid)); !moved && moved.error().os_code != ESRCH) return moved;
  }
  return {};
}

// Only the topmost group of the machine has none, and may hold processes whatever it hands down.
bool is_topmost(const std::string& group) {
  return ::access(cat(group, "/cgroup.type").c_str(), F_OK) != 0;
}

error missing(const cgroup_path& path, std::string_view controller) {
  const std::string topmost = cat(path.mount, "/cgroup.controllers"),
                    here = cat(path.base, "/cgroup.controllers");
  if (!has_word(read_small_file(topmost), controller))
    return {errc::unsupported,
            cat("the controller \"", controller, "\" is not in ", topmost,
                ": boot with systemd.unified_cgroup_hierarchy=1"),
            0};
  return {errc::unsupported,
          cat("the controller \"", controller, "\" is not in ", here,
              ": the agent's unit needs Delegate=yes, as `reeve service install` writes it"),
          0};
}

result<> make_room(cgroup_path& path) {
  if (is_topmost(path.base)) return {};
  // systemd begins a service in its unit's group, where none may begin while that hands controllers down: an agent that
  // ended while its programs run could not be started again.
  if (path.is_agent_in_base && path.base.ends_with(".service"))
    return error{
        errc::unsupported,
        cat("the agent is in ", path.base,
            " itself: its unit needs DelegateSubgroup=agent (systemd 254), as `reeve service install` "
            "writes it"),
        0};
  if (auto moved = move_to_leaf(path); !moved) return moved;
  path.is_agent_in_base = false;
  return {};
}

result<> hand_down(const std::string& group, std::string_view controller) {
  const std::string file = cat(group, "/cgroup.subtree_control");
  if (has_word(read_small_file(file), controller)) return {};
  auto written = write_file(file, cat("+", controller));
  if (!written && written.error().os_code == EBUSY)
    return error{
        errc::unsupported,
        cat(group,
            " holds processes that are not the agent's: start it as a service, or in a group of its own"),
        EBUSY};
  return written;
}

result<> enable(cgroup_path& path, std::string_view controller) {
  if (has_word(read_small_file(cat(path.programs, "/cgroup.subtree_control")), controller)) return {};
  if (!has_word(read_small_file(cat(path.base, "/cgroup.controllers")), controller))
    return missing(path, controller);
  if (auto room = make_room(path); !room) return room;
  if (auto handed = hand_down(path.base, controller); !handed) return handed;
  return hand_down(path.programs, controller);
}

std::string text_of(const resource_limit& l) {
  return l.what == limited::memory ? cat(l.value) : cat(l.value * us_per_thousandth, " ", period_us);
}

result<> set(cgroup_path& path, const std::string& group, const resource_limit& l) {
  const std::string_view controller = name_of(l.what); // which is that of the limit
  const std::string file = cat(group, "/", controller, ".max");
  if (!is_of_group(l)) return ::access(file.c_str(), F_OK) == 0 ? write_file(file, "max") : result<>();
  if (auto enabled = enable(path, controller); !enabled) return enabled;
  // The tree ends as one: what is left of it would be of no use.
  if (l.what == limited::memory)
    if (auto as_one = write_file(cat(group, "/memory.oom.group"), "1"); !as_one) return as_one;
  return write_file(file, text_of(l));
}

} // namespace

error refusal(limited what, const error& why) {
  const bool may_not = why.os_code == EACCES || why.os_code == EPERM || why.os_code == EROFS;
  return {
      why.code,
      cat("limit ", name_of(what), ": ", why.message,
          may_not ? ": the agent's unit needs Delegate=yes, a container groups that it may write to" : ""),
      why.os_code};
}

result<> set_cgroup_limits(cgroup_path& path, const std::string& group,
                           const std::vector<resource_limit>& limits) {
  for (const limited what : {limited::memory, limited::cpu}) {
    const auto asked = std::ranges::find(limits, what, &resource_limit::what);
    const resource_limit l = asked != limits.end() ? *asked : resource_limit{what, UINT64_MAX};
    if (auto done = set(path, group, l); !done) return refusal(what, done.error());
  }
  return {};
}

} // namespace reeve::os
