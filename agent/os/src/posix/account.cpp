// SPDX-License-Identifier: Apache-2.0
#include "posix/account.hpp"

#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cerrno>
#include <grp.h>
#include <pwd.h>

namespace reeve::os {

result<account> find_account(const std::string& name) {
  std::vector<char> buffer(4096);
  passwd entry{};
  passwd* found = nullptr;
  int problem = 0;
  while ((problem = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found)) == ERANGE)
    buffer.resize(2 * buffer.size());
  if (!found && problem != 0) return posix_error(problem, cat("account ", name));
  if (!found) return error{errc::not_found, cat("account ", name, ": this system has none of that name"), 0};
  account out;
  out.ids.uid = entry.pw_uid;
  out.ids.gid = entry.pw_gid;
  out.name = name;
  out.home = entry.pw_dir;
  out.shell = entry.pw_shell;
  int count = 32;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (::getgrouplist(name.c_str(), entry.pw_gid, groups.data(), &count) < 0)
    groups.resize(static_cast<std::size_t>(std::max(count, 2 * static_cast<int>(groups.size()))));
  out.ids.groups.assign(groups.begin(), groups.begin() + count);
  return out;
}

} // namespace reeve::os
