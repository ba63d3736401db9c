// SPDX-License-Identifier: Apache-2.0
#include "machine_watch.hpp"

#include "leaks/system_kinds.hpp"

#include "reeve/os/process_table.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace reeve::cli {

namespace {

using handle_leak::resource;

constexpr std::array fields{os::process_field::open_handles, os::process_field::threads,
                            os::process_field::private_memory};

os::process_fields wanted(const handle_leak::watch_options& o) {
  os::process_fields out = 0;
  for (const resource r : handle_leak::all_resources)
    if (o.watched[static_cast<std::size_t>(r)]) out = out | fields[static_cast<std::size_t>(r)];
  return has(out, os::process_field::open_handles) ? out | os::process_field::open_handles_limit : out;
}

handle_leak::process_reading reading_of(const os::process_rows& rows, const os::process_row& row) {
  handle_leak::process_reading out;
  out.pid = row.id.pid;
  out.start = row.id.start;
  out.name = rows.view(row.name);
  const std::array values{row.open_handles, row.threads, row.private_bytes};
  for (std::size_t i = 0; i < values.size(); ++i)
    if (has(row.present, fields[i])) out.value[i] = static_cast<double>(values[i]);
  if (has(row.present, os::process_field::open_handles_limit) && row.open_handles_limit != UINT64_MAX)
    out.handles_limit = static_cast<double>(row.open_handles_limit);
  return out;
}

std::size_t count_suspects(const handle_leak::leak_watch& watch) {
  std::size_t out = 0;
  for (const auto& [pid, p] : watch.processes())
    for (const auto& series : p.of)
      out += series.suspected ? 1 : 0;
  return out;
}

// A machine has few suspects, and this command runs for a while only.
constexpr std::size_t kind_readings = 20;

void tell_kind(leak_suspect& s, const handle_leak::kind_watch& kinds, std::uint64_t start) {
  if (s.of != resource::handles) return;
  const handle_leak::leaking_kind* kind = kinds.of(s.pid, start);
  s.kind = kind ? kind->kind : handle_leak::leaking_kind::unknown;
  if (!kind) return;
  s.kind_count = kind->count;
  s.example = kind->example;
}

void add_living(const handle_leak::leak_watch& watch, const handle_leak::kind_watch& kinds,
                std::vector<leak_suspect>& out) {
  for (const auto& [pid, p] : watch.processes())
    for (const resource r : handle_leak::all_resources) {
      const auto& series = p.of[static_cast<std::size_t>(r)];
      if (!series.suspected) continue;
      const handle_leak::leak_verdict& v = series.detector->verdict();
      out.push_back({pid, p.name, r, v.slope_per_second, v.confidence, watch.seconds_left(p, r), false});
      tell_kind(out.back(), kinds, p.start);
    }
}

} // namespace

result<watch_report> watch_machine(const handle_leak::watch_options& options, nanoseconds duration,
                                   nanoseconds interval, const watch_progress& progress) {
  auto table = os::process_table::create();
  if (!table) return table.error();
  handle_leak::leak_watch watch(options);
  handle_leak::kind_watch kinds(kind_readings);
  system_kinds reader;
  watch_report out;
  os::process_rows rows;
  const auto began = std::chrono::steady_clock::now();
  for (nanoseconds due{0};;) {
    std::this_thread::sleep_until(began + due);
    const nanoseconds passed = std::chrono::steady_clock::now() - began;
    if (const auto done = (*table)->read(wanted(options), rows); !done) return done.error();
    watch.begin(std::chrono::duration<double>(passed).count());
    for (const os::process_row& row : rows.rows)
      if ((row.flags & os::process_row::kernel_thread) == 0) watch.add(reading_of(rows, row));
    watch.end();
    kinds.update(watch, reader);
    ++out.readings;
    for (const handle_leak::suspicion_change& c : watch.changes())
      if (c.exited) {
        out.suspects.push_back(
            {c.pid, c.name, c.of, c.verdict.slope_per_second, c.verdict.confidence, c.seconds_left, true});
        tell_kind(out.suspects.back(), kinds, c.start);
      }
    if (progress) progress(passed, count_suspects(watch) + out.suspects.size());
    due += interval * std::max<std::int64_t>(1, (passed - due) / interval + 1);
    if (due > duration) break;
  }
  add_living(watch, kinds, out.suspects);
  std::sort(out.suspects.begin(), out.suspects.end(), [](const leak_suspect& a, const leak_suspect& b) {
    return a.confidence != b.confidence ? a.confidence > b.confidence : a.pid < b.pid;
  });
  out.processes = watch.processes().size();
  out.left_out = watch.left_out();
  for (const auto reason : handle_leak::all_unread_reasons)
    out.kinds_unread[static_cast<std::size_t>(reason)] = kinds.unread_total(reason);
  out.unreadable = rows.unreadable[static_cast<std::size_t>(os::unreadable_reason::access_denied)];
  return out;
}

} // namespace reeve::cli
