// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/permissions.hpp"

#include "parse/account_rights.hpp"
#include "posix/error.hpp"
#include "posix/user_names.hpp"
#include "reeve/base/strings.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <linux/capability.h>
#include <unistd.h>

namespace reeve::os {

namespace {

result<std::string> text_of(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return posix_error(errno, cat("cannot open ", path));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

struct capability {
  unsigned bit;
  const char* name;
  const char* gives;
};
constexpr capability capabilities[] = {
    {CAP_SYS_PTRACE, "CAP_SYS_PTRACE",
     "executables of other accounts' processes; with CAP_DAC_READ_SEARCH also their I/O, and what they hold: "
     "sockets, files, "
     "locks"},
    {CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH",
     "with CAP_SYS_PTRACE: the descriptors and I/O of other accounts' processes"},
    {CAP_NET_ADMIN, "CAP_NET_ADMIN",
     "processes that live between two readings; context switches of all threads, not only of the main "
     "thread"},
};

} // namespace

result<account_rights> read_account_rights() {
  const auto status = text_of("/proc/self/status");
  if (!status) return status.error();
  const auto effective = parse::parse_effective_capabilities(*status);
  if (!effective) return error{errc::failed, "/proc/self/status tells no capabilities"};
  account_rights out;
  out.account = user_names().of(::geteuid());
  const auto held = [&](unsigned bit) { return (*effective >> bit & 1) != 0; };
  for (const capability& c : capabilities)
    out.permissions.push_back({c.name, held(c.bit), c.gives});
  const auto mounts = text_of("/proc/self/mountinfo");
  if (!mounts) return mounts.error();
  const std::string hidepid = parse::parse_hidepid(*mounts);
  if (!hidepid.empty() && hidepid != "0" && hidepid != "off" && !held(CAP_SYS_PTRACE))
    out.hidden_processes = cat("/proc is mounted with hidepid=", hidepid);
  return out;
}

} // namespace reeve::os
