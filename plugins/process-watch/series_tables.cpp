// SPDX-License-Identifier: Apache-2.0
#include "series_tables.hpp"

namespace reeve::process_watch {

namespace {

constexpr auto gauge = sdk::kind::gauge;
constexpr auto counter = sdk::kind::counter;

constexpr const char* state_names[] = {"other",   "running", "sleeping", "waiting",
                                       "stopped", "zombie",  "idle"};
static_assert(std::size(state_names) == REEVE_STATE_IDLE + 1);

constexpr measure state(std::uint32_t s) {
  return static_cast<measure>(state_first + s);
}

constexpr const char* cpu_help = "Processor time used, by mode.";
constexpr const char* io_help =
    "Bytes read and written: to storage on Linux, all input and output on Windows.";
constexpr const char* switches_help = "Context switches; Windows counts all as voluntary.";
constexpr const char* faults_help = "Page faults; major ones had to wait for storage.";
constexpr const char* states_help = "Processes of the group by state.";

constexpr series_spec of_groups[] = {
    {"reeve_process_group_processes", "Living processes of the group.", "", gauge, nullptr, nullptr,
     processes},
    {"reeve_process_group_cpu_seconds", cpu_help, "seconds", counter, "mode", "user", cpu_user_ns},
    {"reeve_process_group_cpu_seconds", cpu_help, "seconds", counter, "mode", "system", cpu_system_ns},
    {"reeve_process_group_resident_memory_bytes", "Memory in RAM, shared pages counted for every process.",
     "bytes", gauge, nullptr, nullptr, resident_bytes},
    {"reeve_process_group_private_memory_bytes", "Memory of the processes alone.", "bytes", gauge, nullptr,
     nullptr, private_bytes},
    {"reeve_process_group_virtual_memory_bytes", "Address space in use.", "bytes", gauge, nullptr, nullptr,
     virtual_bytes},
    {"reeve_process_group_threads", "Threads.", "", gauge, nullptr, nullptr, threads},
    {"reeve_process_group_open_handles", "Open descriptors (Linux) or handles (Windows).", "", gauge, nullptr,
     nullptr, open_handles},
    {"reeve_process_group_open_handles_limit_ratio",
     "Open descriptors by their limit, of the process nearest to its limit.", "ratio", gauge, nullptr,
     nullptr, handles_limit_ratio},
    {"reeve_process_group_io_bytes", io_help, "bytes", counter, "direction", "read", io_read_bytes},
    {"reeve_process_group_io_bytes", io_help, "bytes", counter, "direction", "write", io_write_bytes},
    {"reeve_process_group_context_switches", switches_help, "", counter, "type", "voluntary",
     voluntary_switches},
    {"reeve_process_group_context_switches", switches_help, "", counter, "type", "involuntary",
     involuntary_switches},
    {"reeve_process_group_page_faults", faults_help, "", counter, "type", "major", major_faults},
    {"reeve_process_group_page_faults", faults_help, "", counter, "type", "minor", minor_faults},
    {"reeve_process_group_oldest_start_time_seconds",
     "When the oldest process of the group began, in Unix time.", "seconds", gauge, nullptr, nullptr,
     start_unix_ns},
    {"reeve_process_group_states", states_help, "", gauge, "state", state_names[0], state(0)},
    {"reeve_process_group_states", states_help, "", gauge, "state", state_names[1], state(1)},
    {"reeve_process_group_states", states_help, "", gauge, "state", state_names[2], state(2)},
    {"reeve_process_group_states", states_help, "", gauge, "state", state_names[3], state(3)},
    {"reeve_process_group_states", states_help, "", gauge, "state", state_names[4], state(4)},
    {"reeve_process_group_states", states_help, "", gauge, "state", state_names[5], state(5)},
    {"reeve_process_group_states", states_help, "", gauge, "state", state_names[6], state(6)},
    {"reeve_process_group_starts", "Processes of the group that began since the agent began to watch.", "",
     counter, nullptr, nullptr, starts},
    {"reeve_process_group_exits", "Processes of the group that ended since the agent began to watch.", "",
     counter, nullptr, nullptr, exits},
};

constexpr series_spec of_processes[] = {
    {"reeve_process_cpu_seconds", cpu_help, "seconds", counter, "mode", "user", cpu_user_ns},
    {"reeve_process_cpu_seconds", cpu_help, "seconds", counter, "mode", "system", cpu_system_ns},
    {"reeve_process_resident_memory_bytes", "Memory in RAM, shared pages included.", "bytes", gauge, nullptr,
     nullptr, resident_bytes},
    {"reeve_process_private_memory_bytes", "Memory of this process alone.", "bytes", gauge, nullptr, nullptr,
     private_bytes},
    {"reeve_process_virtual_memory_bytes", "Address space in use.", "bytes", gauge, nullptr, nullptr,
     virtual_bytes},
    {"reeve_process_threads", "Threads.", "", gauge, nullptr, nullptr, threads},
    {"reeve_process_open_handles", "Open descriptors (Linux) or handles (Windows).", "", gauge, nullptr,
     nullptr, open_handles},
    {"reeve_process_open_handles_limit_ratio", "Open descriptors by their limit.", "ratio", gauge, nullptr,
     nullptr, handles_limit_ratio},
    {"reeve_process_io_bytes", io_help, "bytes", counter, "direction", "read", io_read_bytes},
    {"reeve_process_io_bytes", io_help, "bytes", counter, "direction", "write", io_write_bytes},
    {"reeve_process_context_switches", switches_help, "", counter, "type", "voluntary", voluntary_switches},
    {"reeve_process_context_switches", switches_help, "", counter, "type", "involuntary",
     involuntary_switches},
    {"reeve_process_page_faults", faults_help, "", counter, "type", "major", major_faults},
    {"reeve_process_page_faults", faults_help, "", counter, "type", "minor", minor_faults},
    {"reeve_process_start_time_seconds", "When the process began, in Unix time.", "seconds", gauge, nullptr,
     nullptr, start_unix_ns},
};

// process-exporter's names and labels, from its collector/process_collector.go.
constexpr const char* named_cpu_help = "Processor time used by the group, in seconds.";
constexpr const char* named_memory_help = "Memory in use by the group, by kind.";
constexpr const char* named_switches_help = "Context switches of the group.";
constexpr const char* named_states_help =
    "Processes of the group that are Running, Sleeping, Waiting, Zombie or Other.";
constexpr series_spec of_namedprocess[] = {
    {"namedprocess_namegroup_num_procs", "Living processes of the group.", "", gauge, nullptr, nullptr,
     processes},
    {"namedprocess_namegroup_cpu_seconds", named_cpu_help, "", counter, "mode", "user", cpu_user_ns},
    {"namedprocess_namegroup_cpu_seconds", named_cpu_help, "", counter, "mode", "system", cpu_system_ns},
    {"namedprocess_namegroup_read_bytes", "Bytes read by the group.", "", counter, nullptr, nullptr,
     io_read_bytes},
    {"namedprocess_namegroup_write_bytes", "Bytes written by the group.", "", counter, nullptr, nullptr,
     io_write_bytes},
    {"namedprocess_namegroup_major_page_faults", "Major page faults of the group.", "", counter, nullptr,
     nullptr, major_faults},
    {"namedprocess_namegroup_minor_page_faults", "Minor page faults of the group.", "", counter, nullptr,
     nullptr, minor_faults},
    {"namedprocess_namegroup_context_switches", named_switches_help, "", counter, "ctxswitchtype",
     "voluntary", voluntary_switches},
    {"namedprocess_namegroup_context_switches", named_switches_help, "", counter, "ctxswitchtype",
     "nonvoluntary", involuntary_switches},
    {"namedprocess_namegroup_memory_bytes", named_memory_help, "", gauge, "memtype", "resident",
     resident_bytes},
    {"namedprocess_namegroup_memory_bytes", named_memory_help, "", gauge, "memtype", "virtual",
     virtual_bytes},
    {"namedprocess_namegroup_memory_bytes", named_memory_help, "", gauge, "memtype", "swapped", swap_bytes},
    {"namedprocess_namegroup_open_filedesc", "Open file descriptors of the group.", "", gauge, nullptr,
     nullptr, open_handles},
    {"namedprocess_namegroup_worst_fd_ratio",
     "Open descriptors by their limit, of the process nearest to its limit.", "", gauge, nullptr, nullptr,
     handles_limit_ratio},
    {"namedprocess_namegroup_oldest_start_time_seconds",
     "When the oldest process of the group began, in Unix time.", "", gauge, nullptr, nullptr, start_unix_ns},
    {"namedprocess_namegroup_num_threads", "Threads of the group.", "", gauge, nullptr, nullptr, threads},
    {"namedprocess_namegroup_states", named_states_help, "", gauge, "state", "Running",
     state(REEVE_STATE_RUNNING)},
    {"namedprocess_namegroup_states", named_states_help, "", gauge, "state", "Sleeping",
     state(REEVE_STATE_SLEEPING)},
    {"namedprocess_namegroup_states", named_states_help, "", gauge, "state", "Waiting",
     state(REEVE_STATE_WAITING)},
    {"namedprocess_namegroup_states", named_states_help, "", gauge, "state", "Zombie",
     state(REEVE_STATE_ZOMBIE)},
    {"namedprocess_namegroup_states", named_states_help, "", gauge, "state", "Other", other_states},
};

// windows_exporter's names and labels, from its internal/collector/process/process.go (0.30), as far as the
// table has what they show.
constexpr const char* windows_cpu_help = "Processor time used, by mode.";
constexpr const char* windows_io_help = "Bytes of input and output, by mode.";
constexpr series_spec of_windows[] = {
    {"windows_process_start_time", "When the process began, in Unix time.", "", gauge, nullptr, nullptr,
     start_unix_ns},
    {"windows_process_cpu_time", windows_cpu_help, "", counter, "mode", "privileged", cpu_system_ns},
    {"windows_process_cpu_time", windows_cpu_help, "", counter, "mode", "user", cpu_user_ns},
    {"windows_process_handles", "Open handles.", "", gauge, nullptr, nullptr, open_handles},
    {"windows_process_io_bytes", windows_io_help, "", counter, "mode", "read", io_read_bytes},
    {"windows_process_io_bytes", windows_io_help, "", counter, "mode", "write", io_write_bytes},
    {"windows_process_page_faults", "Page faults.", "", counter, nullptr, nullptr, all_faults},
    {"windows_process_private_bytes", "Memory that no other process shares.", "", gauge, nullptr, nullptr,
     private_bytes},
    {"windows_process_threads", "Threads.", "", gauge, nullptr, nullptr, threads},
    {"windows_process_virtual_bytes", "Address space in use.", "", gauge, nullptr, nullptr, virtual_bytes},
    {"windows_process_working_set_bytes", "Memory in RAM.", "", gauge, nullptr, nullptr, resident_bytes},
};

} // namespace

std::span<const series_spec> group_series() noexcept {
  return of_groups;
}
std::span<const series_spec> process_series() noexcept {
  return of_processes;
}
std::span<const series_spec> namedprocess_series() noexcept {
  return of_namedprocess;
}
std::span<const series_spec> windows_series() noexcept {
  return of_windows;
}

const char* state_name(std::uint32_t state) noexcept {
  return state_names[state < std::size(state_names) ? state : std::uint32_t{REEVE_STATE_OTHER}];
}

} // namespace reeve::process_watch
