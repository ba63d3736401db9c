// SPDX-License-Identifier: Apache-2.0
#include "systemd_unit.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::os {

namespace {

std::string systemctl_words(bool user) {
  return user ? "systemctl --user" : "systemctl";
}

// Every option that a managed program inherits was weighed: the agent alone could bear more.
constexpr std::string_view hardening = R"(
# What follows binds the managed programs, too. Who needs one of these things for them says so in a drop-in.
ProtectSystem=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectHostname=yes
LockPersonality=yes
RestrictSUIDSGID=yes
KeyringMode=private
SystemCallFilter=~@clock @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
# Left out, and why:
#   NoNewPrivileges: managed programs may be set-user-ID, as sudo is, or start such programs.
#   ProtectHome, PrivateTmp, ProtectSystem=strict: files anywhere are watched, and managed programs write to theirs.
#   ProtectProc, ProcSubset, PrivateUsers, DynamicUser: the agent watches the processes of all accounts.
#   PrivateNetwork, IPAddressDeny, RestrictAddressFamilies: it watches sockets, and managed programs serve others.
#   PrivateDevices, DevicePolicy, ProtectClock (which closes devices): managed programs may use any device.
#   ProtectControlGroups: the managed programs' groups are made below the unit's own.
#   PrivateIPC: managed programs share memory with others.
#   MemoryDenyWriteExecute: Java, JavaScript and .NET compile while they run.
#   SystemCallArchitectures: managed programs may be 32-bit ones.
#   RestrictNamespaces: container runtimes and browsers need namespaces.
#   RestrictRealtime: managed programs may ask for realtime scheduling.
#   UMask: it would change the files of managed programs.
)";

constexpr std::string_view account_capabilities = "CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_NET_ADMIN CAP_KILL";

std::string rights(const std::string& account) {
  if (!account.empty())
    return cat("# What shows the processes of all accounts (docs/operators.md, \"Rights on Linux\") and "
               "signals them.\n"
               "User=",
               account, "\nAmbientCapabilities=", account_capabilities,
               "\nCapabilityBoundingSet=", account_capabilities, "\n");
  return "# Not even root gets these here; the others may be needed by what it starts.\n"
         "CapabilityBoundingSet=~CAP_SYS_MODULE CAP_SYS_BOOT CAP_SYS_TIME CAP_SYS_RAWIO CAP_SYSLOG "
         "CAP_MAC_ADMIN "
         "CAP_MAC_OVERRIDE CAP_WAKE_ALARM CAP_BLOCK_SUSPEND CAP_SYS_PACCT CAP_SYS_TTY_CONFIG "
         "CAP_LINUX_IMMUTABLE "
         "CAP_AUDIT_CONTROL CAP_AUDIT_READ\n";
}

} // namespace

std::string systemd_argument(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:@,";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text)
    switch (c) {
    case '"':
    case '\\':
      out += {'\\', c};
      break;
    case '%': // a specifier
    case '$': // a variable
      out += {c, c};
      break;
    case '\n':
      out += "\\n";
      break;
    default:
      out += c;
    }
  return out + '"';
}

std::string systemd_unit(const service_definition& service, bool user) {
  const std::string systemctl = systemctl_words(user);
  std::string out =
      cat(unit_mark, ", and anew by the next one. Changes belong into a drop-in: ", systemctl, " edit ",
          service.name, "\n# Afterwards: ", systemctl, " daemon-reload; ", systemctl, " enable ",
          service.name, ".service\n\n[Unit]\nDescription=", service.description,
          "\nAfter=network.target\n# A start that fails is tried again for as long as it takes.\n"
          "StartLimitIntervalSec=0\n\n[Service]\nType=notify\nNotifyAccess=main\nExecStart=",
          systemd_argument(service.program));
  for (const std::string& argument : service.args)
    out += cat(" ", systemd_argument(argument));
  out += R"(
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=5s
# The event loop says that it is alive; one that hangs is ended and started anew.
WatchdogSec=30s
# An end that takes longer, because managed programs have more time, asks for it.
TimeoutStopSec=45s
# Managed programs are no part of the agent: they go on while it is started anew, and one of them that runs out of memory
# does not end it.
KillMode=process
Delegate=yes
# Limits of memory and processor time need groups beside the agent's own. systemd before 254 warns of it and goes on.
DelegateSubgroup=agent
OOMPolicy=continue
StateDirectory=reeve
StateDirectoryMode=0750
)";
  if (!user) out += cat("\n", rights(service.account), hardening);
  return out + cat("\n[Install]\nWantedBy=", user ? "default.target" : "multi-user.target", "\n");
}

} // namespace reeve::os
