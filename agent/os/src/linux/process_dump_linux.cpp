// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/process_dump.hpp"

#include "linux/keeper/small_file.hpp"
#include "posix/run_program.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/process_control.hpp"

#include <csignal>
#include <filesystem>
#include <unistd.h>

namespace reeve::os {

namespace {

namespace fs = std::filesystem;

constexpr const char* gdb = "/usr/bin/gdb";

// proc_pid_statm(5): its second number is the resident pages. What is swapped out, or was never touched, comes on top.
std::uint64_t resident_bytes(std::uint32_t pid) {
  const std::string text = read_small_file(cat("/proc/", pid, "/statm"));
  std::string_view rest = text;
  std::uint64_t pages = 0;
  (void)take_until(rest, ' ');
  (void)read_number(take_until(rest, ' '), pages);
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string last_line(std::string_view text) {
  while (text.ends_with('\n'))
    text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

} // namespace

std::string_view dump_suffix() noexcept {
  return ".core";
}

result<> dump_process(const process_id& id, const std::string& file, nanoseconds patience) {
  const error gone{errc::not_found, cat("process ", id.pid, " is gone"), 0};
  if (!is_running(id)) return gone;
  if (::access(gdb, X_OK) != 0)
    return error{errc::unsupported,
                 cat("a dump needs ", gdb, ", which is not installed (Debian's package gdb)"), 0};
  std::error_code problem;
  const std::uint64_t room = fs::space(fs::path(file).parent_path(), problem).available,
                      size = resident_bytes(id.pid);
  const error no_room{errc::limit,
                      cat("a dump of ", size / 1'000'000, " MB or more would leave less than ",
                          disk_left_by_dumps / 1'000'000, " MB free"),
                      0};
  if (problem || room < size + disk_left_by_dumps) return no_room;
  // As gcore(1) does it, but with no script in between: when gdb itself is killed, the process goes on.
  auto ended = run_program(gdb,
                           {"--nx", "--batch", "-ex", "set pagination off", "-ex",
                            "set debuginfod enabled off", "-ex", "set auto-solib-add off", "-ex",
                            cat("attach ", id.pid), "-ex", cat("gcore ", file), "-ex", "detach"},
                           patience, room - disk_left_by_dumps);
  if (!ended || !is_running(id)) {
    fs::remove(file, problem);
    return ended ? gone : ended.error();
  }
  if (fs::file_size(file, problem) > 0 && !problem && ended->status == 0) return {};
  fs::remove(file, problem);
  if (ended->status == 128 + SIGXFSZ) return no_room;
  return error{ended->output.find("not permitted") != std::string::npos ? errc::access_denied : errc::failed,
               cat("gdb wrote no dump: ", last_line(ended->output)), 0};
}

} // namespace reeve::os
