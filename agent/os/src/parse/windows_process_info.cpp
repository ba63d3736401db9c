// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_process_info.hpp"

#include "parse/utf16.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace reeve::os::parse {

namespace {

constexpr std::uint32_t idle_pid = 0;
constexpr std::uint32_t system_pid = 4;

// KTHREAD_STATE and KWAIT_REASON, as System.Diagnostics.ThreadState and ThreadWaitReason document them.
enum thread_state : std::uint32_t {
  ready = 1,
  running = 2,
  standby = 3,
  waiting = 5,
  transition = 6,
  deferred_ready = 7
};
constexpr std::uint32_t wait_reason_suspended = 5;

// memcpy: recorded bytes have no particular alignment.
template <class T>
T read_at(std::span<const std::byte> buffer, std::size_t offset) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  std::memcpy(&value, buffer.data() + offset, sizeof value);
  return value;
}

std::uint64_t ns_of(std::int64_t hundreds_of_ns) noexcept {
  return hundreds_of_ns > 0 ? static_cast<std::uint64_t>(hundreds_of_ns) * 100 : 0;
}
std::uint64_t not_negative(std::int64_t value) noexcept {
  return value > 0 ? static_cast<std::uint64_t>(value) : 0;
}

error malformed(std::size_t offset, std::string_view what) {
  return {errc::failed, cat("the system's process list is malformed at byte ", offset, ": ", what)};
}

struct thread_summary {
  std::uint64_t context_switches = 0;
  process_state state = process_state::other;
};

// Windows has no state of a process, only of threads: running when one may run, stopped when all are suspended.
thread_summary summarize(std::span<const std::byte> threads) noexcept {
  thread_summary sum;
  std::size_t runnable = 0, suspended = 0, count = 0;
  for (std::size_t at = 0; at < threads.size(); at += sizeof(windows_thread_information), ++count) {
    const auto thread = read_at<windows_thread_information>(threads, at);
    sum.context_switches += thread.context_switches;
    switch (thread.thread_state) {
    case ready:
    case running:
    case standby:
    case deferred_ready:
      ++runnable;
      break;
    case waiting:
      suspended += thread.wait_reason == wait_reason_suspended ? 1 : 0;
      break;
    default:
      break;
    }
  }
  if (count == 0)
    sum.state = process_state::other;
  else if (runnable != 0)
    sum.state = process_state::running;
  else
    sum.state = suspended == count ? process_state::stopped : process_state::sleeping;
  return sum;
}

text_ref append_name(std::span<const std::byte> buffer, std::uint64_t address,
                     const windows_process_information& entry, process_rows& out) {
  const auto offset = static_cast<std::uint32_t>(out.text.size());
  const std::size_t units = entry.image_name.length / 2;
  // Unsigned differences: an address before the buffer wraps around and is beyond its end as well.
  const std::uint64_t start = entry.image_name.buffer - address;
  if (units == 0) {
    out.text += entry.unique_process_id == idle_pid ? "System Idle Process" : "?";
  } else if (start > buffer.size() || units * 2 > buffer.size() - start) {
    out.text += '?';
    ++out.unreadable[static_cast<std::size_t>(unreadable_reason::failed)];
  } else {
    std::u16string name(units, u'\0');
    std::memcpy(name.data(), buffer.data() + start, units * 2);
    append_utf16(out.text, name);
  }
  return {offset, static_cast<std::uint32_t>(out.text.size() - offset)};
}

void fill(process_row& row, const windows_process_information& entry, std::span<const std::byte> threads,
          process_fields wanted) {
  row.present = wanted & windows_process_information_fields;
  row.ppid = static_cast<std::uint32_t>(entry.inherited_from_unique_process_id);
  if (row.id.pid == idle_pid || row.id.pid == system_pid) row.flags |= process_row::kernel_thread;
  if (has(wanted, process_field::state) || has(wanted, process_field::context_switches)) {
    const thread_summary sum = summarize(threads);
    row.state = row.id.pid == idle_pid ? process_state::idle : sum.state;
    row.voluntary_switches = sum.context_switches;
  }
  row.cpu_user_ns = ns_of(entry.user_time);
  row.cpu_system_ns = ns_of(entry.kernel_time);
  if (row.id.pid == idle_pid) row.present &= ~static_cast<process_fields>(process_field::cpu);
  row.resident_bytes = entry.working_set_size;
  row.virtual_bytes = entry.virtual_size;
  row.private_bytes = entry.private_page_count;
  row.threads = entry.number_of_threads;
  row.open_handles = entry.handle_count;
  row.io_read_bytes = not_negative(entry.read_transfer_count);
  row.io_write_bytes = not_negative(entry.write_transfer_count);
  row.major_faults = entry.hard_fault_count;
  row.minor_faults = entry.page_fault_count - std::min(entry.page_fault_count, entry.hard_fault_count);
  row.start_unix_ns = unix_ns_of_filetime(entry.create_time);
  if (entry.create_time == 0) row.present &= ~static_cast<process_fields>(process_field::start_time);
}

} // namespace

std::int64_t unix_ns_of_filetime(std::int64_t filetime) noexcept {
  constexpr std::int64_t unix_epoch = 116'444'736'000'000'000; // 1970-01-01 as a FILETIME
  // Garbage must not overflow: nanoseconds reach from 1677 to 2262.
  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / 100;
  return std::clamp(filetime - unix_epoch, -limit, limit) * 100;
}

result<> parse_windows_processes(std::span<const std::byte> buffer, std::uint64_t address,
                                 process_fields wanted, process_rows& out) {
  out.rows.clear();
  out.text.clear();
  out.unreadable.fill(0);
  for (std::size_t at = 0;;) {
    if (buffer.size() - at < sizeof(windows_process_information)) return malformed(at, "an entry is cut off");
    const auto entry = read_at<windows_process_information>(buffer, at);
    const std::size_t left = buffer.size() - at;
    const std::size_t size = entry.next_entry_offset != 0 ? entry.next_entry_offset : left;
    if (size < sizeof entry || size > left) return malformed(at, "the next entry's offset is out of range");
    if (entry.number_of_threads > (size - sizeof entry) / sizeof(windows_thread_information))
      return malformed(at, "the threads reach beyond their entry");

    process_row& row = out.rows.emplace_back();
    row.id = {static_cast<std::uint32_t>(entry.unique_process_id),
              static_cast<std::uint64_t>(entry.create_time)};
    row.name = append_name(buffer, address, entry, out);
    fill(row, entry,
         buffer.subspan(at + sizeof entry, entry.number_of_threads * sizeof(windows_thread_information)),
         wanted);
    if (entry.next_entry_offset == 0) return {};
    at += size;
  }
}

} // namespace reeve::os::parse
