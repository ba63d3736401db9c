// SPDX-License-Identifier: Apache-2.0
#include "ps/process_columns.hpp"

#include "ps/printable.hpp"
#include "ps/units.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

namespace reeve::cli {

namespace {

using os::process_field;
using os::process_row;

constexpr os::process_fields bit(process_field f) noexcept {
  return static_cast<os::process_fields>(f);
}

cell absent() {
  return {"-", tint::dim};
}

using shown = cell (*)(const column_context&, const list_line&);

template <process_field Field, std::uint64_t process_row::*Member>
cell count(const column_context&, const list_line& l) {
  return has(l.row->present, Field) ? cell{cat(l.row->*Member)} : absent();
}

template <process_field Field, std::uint64_t process_row::*Member>
cell bytes(const column_context&, const list_line& l) {
  return has(l.row->present, Field) ? cell{human_bytes(l.row->*Member)} : absent();
}

template <process_field Field, os::text_ref process_row::*Member>
cell text(const column_context& c, const list_line& l) {
  return has(l.row->present, Field) ? cell{printable(c.rows.view(l.row->*Member))} : absent();
}

cell pid(const column_context&, const list_line& l) {
  return {cat(l.row->id.pid)};
}

cell parent(const column_context&, const list_line& l) {
  return has(l.row->present, process_field::parent) ? cell{cat(l.row->ppid)} : absent();
}

cell state(const column_context&, const list_line& l) {
  if (!has(l.row->present, process_field::state)) return absent();
  tint colour = tint::none;
  if (l.row->state == os::process_state::zombie) colour = tint::alarm;
  if (l.row->state == os::process_state::waiting || l.row->state == os::process_state::stopped)
    colour = tint::warning;
  return {name_of(l.row->state), colour};
}

cell share(const column_context& c, const list_line& l) {
  if (!c.shares) return absent();
  const auto found = c.shares->find(l.row->id);
  if (found == c.shares->end()) return absent();
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", found->second);
  return {text};
}

cell cpu_time(const column_context&, const list_line& l) {
  if (!has(l.row->present, process_field::cpu)) return absent();
  return {human_cpu_time(nanoseconds(static_cast<std::int64_t>(l.row->cpu_user_ns + l.row->cpu_system_ns)))};
}

cell handles_limit(const column_context&, const list_line& l) {
  if (!has(l.row->present, process_field::open_handles_limit)) return absent();
  const std::uint64_t limit = l.row->open_handles_limit;
  return {limit == std::numeric_limits<std::uint64_t>::max() ? "none" : cat(limit)};
}

cell start(const column_context& c, const list_line& l) {
  if (!has(l.row->present, process_field::start_time)) return absent();
  return {human_start(nanoseconds(l.row->start_unix_ns), c.unix_now)};
}

cell name(const column_context& c, const list_line& l) {
  return {(c.tree ? tree_lines(l, c.utf8) : std::string()) + printable(c.rows.view(l.row->name))};
}

constexpr process_column columns[] = {
    {"pid", "PID", "process id", 0, true, 0, &pid},
    {"ppid", "PPID", "parent's process id", bit(process_field::parent), true, 0, &parent},
    {"user", "USER", "account", bit(process_field::user), false, 24,
     &text<process_field::user, &process_row::user>},
    {"state", "STATE", "running, sleeping, waiting, stopped, zombie, idle", bit(process_field::state), false,
     0, &state},
    {"cpu", "%CPU", "share of one processor over --interval", bit(process_field::cpu), true, 0, &share},
    {"time", "TIME", "processor time since the start", bit(process_field::cpu), true, 0, &cpu_time},
    {"memory", "MEMORY", "resident memory", bit(process_field::resident_memory), true, 0,
     &bytes<process_field::resident_memory, &process_row::resident_bytes>},
    {"private", "PRIVATE", "memory that is shared with nobody", bit(process_field::private_memory), true, 0,
     &bytes<process_field::private_memory, &process_row::private_bytes>},
    {"virtual", "VIRTUAL", "address space", bit(process_field::virtual_memory), true, 0,
     &bytes<process_field::virtual_memory, &process_row::virtual_bytes>},
    {"swap", "SWAP", "swapped-out memory (Linux)", bit(process_field::swap_memory), true, 0,
     &bytes<process_field::swap_memory, &process_row::swap_bytes>},
    {"threads", "THREADS", "threads", bit(process_field::threads), true, 0,
     &count<process_field::threads, &process_row::threads>},
    {"handles", "HANDLES", "open descriptors or handles", bit(process_field::open_handles), true, 0,
     &count<process_field::open_handles, &process_row::open_handles>},
    {"limit", "LIMIT", "most descriptors it may open (Linux)", bit(process_field::open_handles_limit), true,
     0, &handles_limit},
    {"read", "READ", "bytes read", bit(process_field::io), true, 0,
     &bytes<process_field::io, &process_row::io_read_bytes>},
    {"written", "WRITTEN", "bytes written", bit(process_field::io), true, 0,
     &bytes<process_field::io, &process_row::io_write_bytes>},
    {"faults", "FAULTS", "page faults that read from a disk", bit(process_field::page_faults), true, 0,
     &count<process_field::page_faults, &process_row::major_faults>},
    {"switches", "SWITCHES", "voluntary context switches", bit(process_field::context_switches), true, 0,
     &count<process_field::context_switches, &process_row::voluntary_switches>},
    {"start", "START", "start: time of day, or date when it is a day ago", bit(process_field::start_time),
     false, 0, &start},
    {"name", "NAME", "name; with --tree indented below its parent", 0, false, 0, &name},
    {"executable", "EXECUTABLE", "path of the program", bit(process_field::executable), false, 0,
     &text<process_field::executable, &process_row::executable>},
    {"command", "COMMAND", "command line", bit(process_field::command_line), false, 0,
     &text<process_field::command_line, &process_row::command_line>},
};

} // namespace

std::span<const process_column> all_process_columns() noexcept {
  return columns;
}

const process_column* find_process_column(std::string_view key) noexcept {
  const auto* found =
      std::find_if(std::begin(columns), std::end(columns), [&](const auto& c) { return c.key == key; });
  return found == std::end(columns) ? nullptr : found;
}

std::vector<const process_column*> default_process_columns(bool with_shares, std::size_t width) {
  // Without name and command line the full set takes about 80 columns, the middle one 50, the small one 20.
  static constexpr std::string_view full[] = {"pid",     "user",    "state", "cpu",  "time",   "memory",
                                              "threads", "handles", "start", "name", "command"};
  static constexpr std::string_view middle[] = {"pid",    "user",  "cpu",  "time",
                                                "memory", "start", "name", "command"};
  static constexpr std::string_view small[] = {"pid", "cpu", "memory", "name", "command"};
  std::span<const std::string_view> keys = full;
  if (width != 0 && width < 120) keys = middle;
  if (width != 0 && width < 70) keys = small;
  std::vector<const process_column*> out;
  for (const std::string_view key : keys)
    if (key != "cpu" || with_shares) out.push_back(find_process_column(key));
  return out;
}

std::string render_processes(const column_context& context, std::span<const process_column* const> chosen,
                             const std::vector<list_line>& lines, const table_style& style) {
  std::vector<table_column> titles;
  for (const process_column* c : chosen)
    titles.push_back({std::string(c->title), c->right, c->widest});
  std::vector<std::vector<cell>> cells;
  cells.reserve(lines.size());
  for (const list_line& line : lines) {
    std::vector<cell>& row = cells.emplace_back();
    for (const process_column* c : chosen)
      row.push_back(c->show(context, line));
  }
  return render_table(titles, cells, style);
}

} // namespace reeve::cli
