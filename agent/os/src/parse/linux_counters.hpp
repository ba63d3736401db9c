// SPDX-License-Identifier: Apache-2.0
// The counters in the text files of Linux. Each function appends what it finds; a line that is not as it should be is
// left out with all that it says, and so is a last line without an end. False: nothing of use was there.
// Fields and units: Documentation/filesystems/proc.rst, admin-guide/iostats.rst, accounting/psi.rst and
// admin-guide/cgroup-v2.rst of the kernel's sources.
#pragma once

#include "counters/catalogue.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace reeve::os::parse {

bool parse_proc_stat_cpu(std::string_view text, double ticks_per_second, counter_sink& out);
bool parse_proc_stat_system(std::string_view text, counter_sink& out);
bool parse_meminfo(std::string_view text, counter_sink& out);
// Whole devices; not their partitions, and no RAM or loop devices: what goes through these is counted below them too.
bool parse_diskstats(std::string_view text, counter_sink& out);
bool parse_net_dev(std::string_view text, counter_sink& out);
bool parse_pressure(std::string_view text, std::string_view resource, counter_sink& out);
bool parse_vmstat(std::string_view text, double page_bytes, counter_sink& out);
bool parse_file_nr(std::string_view text, counter_sink& out);

// Files of one control group.
bool parse_cgroup_cpu_stat(std::string_view text, std::string_view group, counter_sink& out);
bool parse_cgroup_io_stat(std::string_view text, std::string_view group, counter_sink& out);
bool parse_cgroup_memory_events(std::string_view text, std::string_view group, counter_sink& out);
// A file with nothing but a number; "max" is no limit and gives no row.
bool parse_cgroup_number(std::string_view text, measure m, std::string_view group, counter_sink& out);
// The group of version 2 in /proc/self/cgroup, "/system.slice/reeve.service"; empty: none.
std::string_view cgroup_of_self(std::string_view text) noexcept;
// Whether what is in `group` ends when systemd stops `unit`, "reeve.service".
bool is_beneath_unit(std::string_view group, std::string_view unit) noexcept;

// One line of /proc/self/mountinfo (proc.rst, 3.5).
struct mount_line {
  std::string_view device;      // "254:0"
  std::string_view mount_point; // with its escapes
  std::string_view type, source;
};
bool parse_mount(std::string_view line, mount_line& out) noexcept;
// A file system on a device of this machine, which answers from memory. What is on a network or in user space
// may never answer.
bool is_local(const mount_line& m) noexcept;
// Undoes \040 and the like into `buffer`, as far as there is room.
std::string_view unescape_mount(std::string_view escaped, std::array<char, 4096>& buffer) noexcept;

} // namespace reeve::os::parse
