// SPDX-License-Identifier: Apache-2.0
#include "parse/linux_counters.hpp"

#include "parse/fields.hpp"

#include <algorithm>
#include <iterator>

namespace reeve::os::parse {

namespace {

constexpr double kibibyte = 1024;
constexpr double sector_bytes = 512; // always, whatever the device's own sectors are (iostats.rst)

double number(std::uint64_t n) noexcept {
  return static_cast<double>(n);
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}
std::string_view without_digits(std::string_view text) noexcept {
  while (!text.empty() && is_digit(text.back()))
    text.remove_suffix(1);
  return text;
}

// As node_exporter's default leaves them out, and the partitions of memory cards.
bool is_part_or_memory(std::string_view name) noexcept {
  const std::string_view stem = without_digits(name);
  if (stem.size() == name.size()) return false; // no number at its end: a whole disk
  for (const std::string_view memory : {"ram", "zram", "loop", "fd"})
    if (stem == memory) return true;
  if (name.starts_with("nvme") || name.starts_with("mmcblk"))
    return stem.ends_with("p") && stem.size() > 1 && is_digit(stem[stem.size() - 2]);
  for (const std::string_view disk : {"hd", "sd", "vd", "xvd"})
    if (stem.size() > disk.size() && stem.starts_with(disk)) return true;
  return false;
}

struct named_number {
  std::string_view name;
  measure what;
  std::string_view label = {};
};

} // namespace

bool parse_proc_stat_cpu(std::string_view text, double ticks_per_second, counter_sink& out) {
  static constexpr std::string_view modes[] = {"user",   "nice", "system",  "idle",
                                               "iowait", "irq",  "softirq", "steal"};
  bool found = false;
  for (std::string_view line; next_line(text, line);) {
    if (!line.starts_with("cpu")) {
      if (found) break; // they come first
      continue;
    }
    const std::string_view cpu = next_word(line).substr(3);
    if (!all_digits(cpu)) continue; // the sum of all
    std::array<std::uint64_t, std::size(modes) + 2> ticks{};
    std::size_t n = 0;
    while (n < ticks.size() && next_number(line, ticks[n]))
      ++n;
    if (n < 4) continue;
    for (std::size_t i = 0; i < std::min(n, std::size(modes)); ++i)
      out.put(measure::cpu_seconds, number(ticks[i]) / ticks_per_second, cpu, modes[i]);
    for (std::size_t i = std::size(modes); i < n; ++i)
      out.put(measure::cpu_guest_seconds, number(ticks[i]) / ticks_per_second, cpu,
              modes[i - std::size(modes)]);
    found = true;
  }
  return found;
}

bool parse_proc_stat_system(std::string_view text, counter_sink& out) {
  static constexpr named_number wanted[] = {{"intr", measure::interrupts},
                                            {"ctxt", measure::context_switches},
                                            {"btime", measure::boot_time_seconds},
                                            {"processes", measure::processes_started},
                                            {"procs_running", measure::processes_running},
                                            {"procs_blocked", measure::processes_blocked}};
  bool found = false;
  for (std::string_view line; next_line(text, line);) {
    const std::string_view name = next_word(line);
    for (const named_number& w : wanted) {
      std::uint64_t value = 0;
      if (name != w.name || !next_number(line, value)) continue;
      out.put(w.what, number(value));
      found = true;
    }
  }
  return found;
}

bool parse_meminfo(std::string_view text, counter_sink& out) {
  static constexpr named_number wanted[] = {{"MemTotal:", measure::memory_total_bytes},
                                            {"MemFree:", measure::memory_free_bytes},
                                            {"MemAvailable:", measure::memory_available_bytes},
                                            {"Buffers:", measure::memory_buffers_bytes},
                                            {"Cached:", measure::memory_cached_bytes},
                                            {"SwapTotal:", measure::swap_total_bytes},
                                            {"SwapFree:", measure::swap_free_bytes},
                                            {"Dirty:", measure::memory_dirty_bytes},
                                            {"CommitLimit:", measure::memory_commit_limit_bytes},
                                            {"Committed_AS:", measure::memory_committed_bytes}};
  bool found = false;
  for (std::string_view line; next_line(text, line);) {
    const std::string_view name = next_word(line);
    for (const named_number& w : wanted) {
      std::uint64_t value = 0;
      if (name != w.name || !next_number(line, value) || next_word(line) != "kB") continue;
      out.put(w.what, number(value) * kibibyte);
      found = true;
    }
  }
  return found;
}

bool parse_diskstats(std::string_view text, counter_sink& out) {
  bool found = false;
  for (std::string_view line; next_line(text, line);) {
    std::uint64_t major = 0, minor = 0;
    if (!next_number(line, major) || !next_number(line, minor)) continue;
    const std::string_view device = next_word(line);
    std::array<std::uint64_t, 11> f{};
    std::size_t n = 0;
    while (n < f.size() && next_number(line, f[n]))
      ++n;
    if (device.empty() || n < f.size()) continue;
    found = true;
    if (is_part_or_memory(device)) continue;
    const std::uint64_t identity = major << 32 | minor;
    const auto put = [&](measure m, double value) { out.put(m, value, device, {}, identity); };
    constexpr double milliseconds = 1000;
    put(measure::disk_reads, number(f[0]));
    put(measure::disk_read_bytes, number(f[2]) * sector_bytes);
    put(measure::disk_read_seconds, number(f[3]) / milliseconds);
    put(measure::disk_writes, number(f[4]));
    put(measure::disk_written_bytes, number(f[6]) * sector_bytes);
    put(measure::disk_write_seconds, number(f[7]) / milliseconds);
    put(measure::disk_busy_seconds, number(f[9]) / milliseconds);
    put(measure::disk_queue_seconds, number(f[10]) / milliseconds);
  }
  return found;
}

bool parse_net_dev(std::string_view text, counter_sink& out) {
  bool found = false;
  for (std::string_view line; next_line(text, line);) {
    // A name may hold colons (eth0:1 of old), and the first number may follow the colon at once.
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) continue;
    std::string_view head = line.substr(0, colon);
    const std::string_view interface = next_word(head);
    std::string_view rest = line.substr(colon + 1);
    std::array<std::uint64_t, 16> f{};
    std::size_t n = 0;
    while (n < f.size() && next_number(rest, f[n]))
      ++n;
    if (interface.empty() || n < f.size()) continue;
    const auto put = [&](measure m, std::uint64_t value) { out.put(m, number(value), interface); };
    put(measure::network_receive_bytes, f[0]);
    put(measure::network_receive_packets, f[1]);
    put(measure::network_receive_errors, f[2]);
    put(measure::network_receive_drops, f[3]);
    put(measure::network_transmit_bytes, f[8]);
    put(measure::network_transmit_packets, f[9]);
    put(measure::network_transmit_errors, f[10]);
    put(measure::network_transmit_drops, f[11]);
    found = true;
  }
  return found;
}

bool parse_pressure(std::string_view text, std::string_view resource, counter_sink& out) {
  constexpr double microseconds = 1e6;
  constexpr std::string_view total = "total=";
  bool found = false;
  for (std::string_view line; next_line(text, line);) {
    const std::string_view who = next_word(line);
    if (who != "some" && who != "full") continue;
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
      std::uint64_t value = 0;
      if (!word.starts_with(total) || !to_number(word.substr(total.size()), value)) continue;
      out.put(who == "some" ? measure::pressure_waiting_seconds : measure::pressure_stalled_seconds,
              number(value) / microseconds, resource);
      found = true;
    }
  }
  return found;
}

bool parse_vmstat(std::string_view text, double page_bytes, counter_sink& out) {
  std::uint64_t faults = 0, major = 0;
  bool has_faults = false, has_major = false, found = false;
  for (std::string_view line; next_line(text, line);) {
    const std::string_view name = next_word(line);
    if (!name.starts_with("pg") && !name.starts_with("pswp") && name != "oom_kill") continue;
    std::uint64_t value = 0;
    if (!next_number(line, value)) continue;
    const auto put = [&](measure m, double factor) {
      out.put(m, number(value) * factor);
      found = true;
    };
    if (name == "pgpgin") put(measure::paged_in_bytes, kibibyte);
    if (name == "pgpgout") put(measure::paged_out_bytes, kibibyte);
    if (name == "pswpin") put(measure::swapped_in_bytes, page_bytes);
    if (name == "pswpout") put(measure::swapped_out_bytes, page_bytes);
    if (name == "oom_kill") put(measure::oom_kills, 1);
    if (name == "pgfault") faults = value, has_faults = true;
    if (name == "pgmajfault") major = value, has_major = true;
  }
  if (has_faults && has_major) { // pgfault counts both
    out.put(measure::page_faults, number(faults - std::min(faults, major)), "minor");
    out.put(measure::page_faults, number(major), "major");
    found = true;
  }
  return found;
}

bool parse_file_nr(std::string_view text, counter_sink& out) {
  std::string_view line;
  std::uint64_t open = 0, free = 0, limit = 0;
  if (!next_line(text, line)) return false;
  if (!next_number(line, open) || !next_number(line, free) || !next_number(line, limit)) return false;
  out.put(measure::open_files, number(open)); // the second number is always 0 since Linux 2.6 (proc.rst)
  // Without a limit the kernel writes LONG_MAX, which says nothing.
  if (limit < std::uint64_t{INT64_MAX}) out.put(measure::open_files_limit, number(limit));
  return true;
}

} // namespace reeve::os::parse
