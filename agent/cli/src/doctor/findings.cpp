// SPDX-License-Identifier: Apache-2.0
#include "doctor/findings.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace reeve::cli {

namespace {

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return cat(count, " ", count == 1 ? one : many);
}

// "run reeve with CAP_A and CAP_B (now: without CAP_B), or as root".
std::string by_capabilities(const os::account_rights& rights, std::initializer_list<std::string_view> names) {
  std::string all, lacking;
  for (const std::string_view name : names) {
    all += cat(all.empty() ? "" : " and ", name);
    const bool held = std::any_of(rights.permissions.begin(), rights.permissions.end(),
                                  [&](const os::permission& p) { return p.name == name && p.held; });
    if (!held) lacking += cat(lacking.empty() ? "" : " and ", name);
  }
  // A container or a security module may refuse what the capability allows.
  if (lacking.empty())
    return cat("it has ", all, ": what refuses is the system itself, a container or a security module");
  return cat("run it with ", all, lacking == all ? "" : cat(" (", lacking, " is lacking)"), ", or as root");
}

} // namespace

std::vector<finding> diagnose(const doctor_readings& r) {
  std::vector<finding> out;
  const auto add = [&](const char* id, const char* what, std::string missing, std::string mend) {
    const bool hidden = !missing.empty();
    out.push_back({id, what, hidden, std::move(missing), hidden ? std::move(mend) : std::string()});
  };
  const std::string elevated = "run it elevated (as administrator)";

  add("process-list", "all processes are listed",
      r.rights.hidden_processes.empty() ? std::string()
                                        : cat("processes of other accounts: ", r.rights.hidden_processes),
      "join the group that the mount names (gid=), or run it with CAP_SYS_PTRACE");

  const std::uint64_t denied =
      r.processes.unreadable[static_cast<std::size_t>(os::unreadable_reason::access_denied)];
  add("process-fields", "everything of every process can be read",
      denied == 0 ? std::string()
                  : cat(counted(denied, "value", "values"), " of other accounts' processes: ",
                        r.windows ? "path, command line, account"
                                  : "executable, I/O, memory details, open descriptors"),
      r.windows ? elevated : by_capabilities(r.rights, {"CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"}));

  const std::uint64_t unowned =
      r.sockets.unowned[static_cast<std::size_t>(os::unowned_reason::access_denied)];
  add("socket-owners", "the owner of every socket is known",
      unowned == 0 && r.sockets.unreadable_processes == 0
          ? std::string()
          : cat(counted(unowned, "socket", "sockets"), " without a known owner; the descriptors of ",
                counted(r.sockets.unreadable_processes, "process", "processes"), " cannot be seen"),
      r.windows ? elevated : by_capabilities(r.rights, {"CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"}));

  add("short-lived", "processes that live between two readings are seen",
      r.short_lived_unavailable.empty() ? std::string()
                                        : cat("they are not seen: ", r.short_lived_unavailable),
      r.windows ? "nothing: this system has no cheap way to tell of them"
                : by_capabilities(r.rights, {"CAP_NET_ADMIN"}));

  if (!r.windows) {
    const bool admin =
        std::any_of(r.rights.permissions.begin(), r.rights.permissions.end(),
                    [](const os::permission& p) { return p.name == "CAP_NET_ADMIN" && p.held; });
    add("context-switches", "context switches of all threads are counted",
        admin ? std::string() : "those of all threads but the main one",
        by_capabilities(r.rights, {"CAP_NET_ADMIN"}));
  }
  return out;
}

} // namespace reeve::cli
