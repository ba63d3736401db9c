// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_control.hpp"

#include "linux/keeper/small_file.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"

#include <cerrno>
#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

namespace reeve::os {

namespace {

// This process, and all it descends from.
bool is_one_of_ours(std::uint32_t pid) {
  if (pid <= 1) return true;
  for (auto at = static_cast<std::uint32_t>(::getpid()); at > 1;) {
    if (at == pid) return true;
    const std::string text = read_small_file(cat("/proc/", at, "/stat"));
    const auto stat = parse::parse_stat(text);
    if (!stat) return false;
    at = stat->ppid;
  }
  return false;
}

result<> send(const process_id& id, int number) {
  if (is_one_of_ours(id.pid))
    return error{errc::access_denied,
                 cat("process ", id.pid, " is the agent, above it, or the system's first"), 0};
  const unique_fd held(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(id.pid), 0)));
  if (!held) return posix_error(errno, cat("process ", id.pid));
  if (identity_of(id.pid) != id)
    return error{errc::not_found, cat("process ", id.pid, " is another one by now"), 0};
  if (::syscall(SYS_pidfd_send_signal, held.get(), number, nullptr, 0) != 0)
    return posix_error(errno, cat("process ", id.pid));
  return {};
}

} // namespace

std::string describe_process(const process_id& id) {
  std::string name = read_small_file(cat("/proc/", id.pid, "/comm"));
  while (name.ends_with('\n'))
    name.pop_back();
  std::string line;
  parse::assign_command_line(line, read_small_file(cat("/proc/", id.pid, "/cmdline")), 300);
  std::string out = cat("process ", id.pid);
  if (name.empty()) return out;
  out += " (";
  append_utf8(out, name, 100);
  if (!line.empty()) {
    out += ": ";
    append_utf8(out, line, 300);
  }
  return out + ")";
}

result<> ask_process_to_end(const process_id& id) {
  return send(id, SIGTERM);
}

result<> kill_process(const process_id& id) {
  return send(id, SIGKILL);
}

} // namespace reeve::os
