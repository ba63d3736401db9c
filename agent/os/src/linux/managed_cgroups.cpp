// SPDX-License-Identifier: Apache-2.0
#include "linux/managed_cgroups.hpp"

#include "linux/keeper/small_file.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>

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

bool make_folder(const std::string& path) {
  return ::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST;
}

} // namespace

managed_cgroups::managed_cgroups(const std::string& instance) {
  const std::string mount = cgroup2_mount(), own = own_group();
  if (mount.empty() || own.empty()) return;
  folder_ = cat(mount, own == "/" ? "" : own, "/reeve-", instance);
}

std::string managed_cgroups::make(const std::string& name) const {
  if (folder_.empty()) return {};
  std::string path = cat(folder_, "/", name);
  if (!make_folder(path) && (!make_folder(folder_) || !make_folder(path))) return {};
  return path;
}

void managed_cgroups::kill(const std::string& name) const {
  if (folder_.empty()) return;
  const unique_fd file(::open(cat(folder_, "/", name, "/cgroup.kill").c_str(), O_WRONLY | O_CLOEXEC));
  if (file) (void)!::write(file.get(), "1", 1);
}

void managed_cgroups::remove(const std::string& name) const {
  if (!folder_.empty()) ::rmdir(cat(folder_, "/", name).c_str());
}

void managed_cgroups::remove_all() const {
  if (!folder_.empty()) ::rmdir(folder_.c_str());
}

} // namespace reeve::os
