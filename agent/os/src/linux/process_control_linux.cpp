// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_control.hpp"

#include "linux/keeper/small_file.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"
#include "posix/user_names.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/keeper.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <optional>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace reeve::os {

namespace {

// This process, and all it descends from.
bool is_one_of_ours(std::uint32_t pid) {
  if (pid <= 1 || pid == static_cast<std::uint32_t>(::getpid())) return true;
  return std::ranges::any_of(ancestors_of_this_process(),
                             [&](const process_id& above) { return above.pid == pid; });
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

struct parent_of {
  process_id id;
  std::uint32_t parent = 0;
};
std::optional<parent_of> parent_of_process(std::uint32_t pid) {
  const std::string text = read_small_file(cat("/proc/", pid, "/stat"));
  const auto stat = parse::parse_stat(text);
  if (!stat) return std::nullopt;
  return parent_of{{pid, stat->start_ticks}, stat->ppid};
}

// start_ticks are those of the clock that goes on while the machine sleeps (proc_pid_stat(5), starttime).
nanoseconds age_of(std::uint64_t start_ticks) {
  static const auto ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const nanoseconds since_boot = std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
  return since_boot - nanoseconds(start_ticks * (1'000'000'000 / ticks_per_second));
}

std::string file_of(const std::string& folder) {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink(cat(folder, "/exe").c_str(), path.data(), path.size());
  std::string out(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  constexpr std::string_view deleted = " (deleted)"; // proc_pid_exe(5)
  if (out.ends_with(deleted)) out.resize(out.size() - deleted.size());
  return out;
}

void add_name_of(std::string_view path, process_facts& out) {
  path.remove_prefix(path.rfind('/') + 1);
  std::string name;
  append_utf8(name, path, 255);
  if (!name.empty() && name != out.name && std::ranges::find(out.other_names, name) == out.other_names.end())
    out.other_names.push_back(std::move(name));
}

} // namespace

result<process_facts> look_at_process(std::uint32_t pid) {
  const std::string folder = cat("/proc/", pid);
  struct stat owner {};
  if (::stat(folder.c_str(), &owner) != 0) return posix_error(errno, cat("process ", pid));
  const std::string text = read_small_file(cat(folder, "/stat"));
  const auto stat = parse::parse_stat(text);
  if (!stat) return error{errc::not_found, cat("process ", pid, " is gone"), 0};
  process_facts out;
  out.id = {pid, stat->start_ticks};
  out.age = age_of(stat->start_ticks);
  append_utf8(out.name, stat->comm, 100);
  add_name_of(file_of(folder), out);
  const std::string words = read_small_file(cat(folder, "/cmdline"));
  add_name_of(std::string_view(words).substr(0, words.find('\0')), out);
  out.user = user_names().of(owner.st_uid);
  out.is_kernel_thread = (stat->flags & parse::kernel_thread_flag) != 0;
  return out;
}

std::uint32_t own_pid() noexcept {
  return static_cast<std::uint32_t>(::getpid());
}

bool is_running(const process_id& id) {
  const std::string text = read_small_file(cat("/proc/", id.pid, "/stat"));
  const auto stat = parse::parse_stat(text);
  if (!stat || stat->start_ticks != id.start || stat->state == 'X') return false;
  return stat->state != 'Z' || stat->threads > 1; // its main thread may have ended before the others
}

std::vector<process_id> ancestors_of_this_process() {
  std::vector<process_id> out;
  auto at = parent_of_process(static_cast<std::uint32_t>(::getpid()));
  while (at && at->parent != 0) {
    at = parent_of_process(at->parent);
    if (at) out.push_back(at->id);
  }
  return out;
}

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

result<> signal_process(const process_id& id, std::string_view signal) {
  const auto number = signal_number(signal);
  if (!number) return error{errc::invalid_argument, cat("there is no signal ", signal), 0};
  return send(id, *number);
}

} // namespace reeve::os
