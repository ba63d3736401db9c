// SPDX-License-Identifier: Apache-2.0
#include "linux/managed_cgroups.hpp"

#include "linux/keeper/small_file.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace reeve::os {

namespace {

// "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": the fifth is where it is mounted (proc(5)).
std::string cgroup2_mount() {
  const std::string text = read_small_file("/proc/self/mountinfo");
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = take_until(rest, '\n');
    if (line.find(" - cgroup2 ") == line.npos) continue;
    for (int i = 0; i < 4; ++i)
      take_until(line, ' ');
    return std::string(take_until(line, ' '));
  }
  return {};
}

std::string own_group() {
  const std::string text = read_small_file("/proc/self/cgroup");
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_until(rest, '\n');
    if (line.starts_with("0::/")) return std::string(line.substr(3));
  }
  return {};
}

// One that is left is made anew where nobody is in it: it may have been killed, which Linux 6.18 does to whoever is born
// into it later, and what it has counted is another program's.
bool make_folder(const std::string& path) {
  ::rmdir(path.c_str());
  return ::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST;
}

} // namespace

managed_cgroups::managed_cgroups(const std::string& instance)
    : managed_cgroups(cgroup2_mount(), own_group(), instance) {}

managed_cgroups::managed_cgroups(const std::string& mount, const std::string& own,
                                 const std::string& instance) {
  if (mount.empty() || own.empty()) return;
  const std::string leaf = cat("/", agent_leaf);
  const bool is_in_leaf = own.ends_with(leaf);
  const std::string above = is_in_leaf ? own.substr(0, own.size() - leaf.size()) : own == "/" ? "" : own;
  path_ = {mount, cat(mount, above), cat(mount, above, "/reeve-", instance), !is_in_leaf};
}

result<std::string> managed_cgroups::make_group(const std::string& name) const {
  if (path_.programs.empty())
    return error{errc::unsupported,
                 "no control groups of version 2 are mounted: boot with systemd.unified_cgroup_hierarchy=1",
                 0};
  std::string group = cat(path_.programs, "/", name);
  if (make_folder(group) || (make_folder(path_.programs) && make_folder(group))) return group;
  return posix_error(errno, group);
}

result<std::string> managed_cgroups::make(const std::string& name,
                                          const std::vector<resource_limit>& limits) {
  const auto wanted = std::ranges::find_if(limits, is_of_group);
  auto group = make_group(name);
  if (!group)
    return wanted == limits.end() ? result<std::string>(std::string())
                                  : result<std::string>(refusal(wanted->what, group.error()));
  if (auto set = set_cgroup_limits(path_, *group, limits); !set) {
    ::rmdir(group->c_str());
    return wanted == limits.end() ? result<std::string>(std::string()) : result<std::string>(set.error());
  }
  return group;
}

void managed_cgroups::kill(const std::string& name) const {
  if (path_.programs.empty()) return;
  const unique_fd file(::open(cat(path_.programs, "/", name, "/cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  if (file) (void)!::write(file.get(), "1", 1);
}

void managed_cgroups::remove(const std::string& name) const {
  if (!path_.programs.empty()) ::rmdir(cat(path_.programs, "/", name).c_str());
}

void managed_cgroups::remove_all() const {
  if (!path_.programs.empty()) ::rmdir(path_.programs.c_str());
}

} // namespace reeve::os
