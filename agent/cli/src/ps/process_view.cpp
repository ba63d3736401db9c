// SPDX-License-Identifier: Apache-2.0
#include "ps/process_view.hpp"

#include "json.hpp"
#include "ps/process_json.hpp"
#include "terminal_style.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/terminal.hpp"

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

namespace reeve::cli {

namespace {

struct measured {
  os::process_rows rows;
  std::optional<cpu_shares> shares;
};

result<measured> read(os::process_fields fields, nanoseconds interval) {
  auto table = os::process_table::create();
  if (!table) return table.error();
  measured out;
  if (interval == nanoseconds{0}) {
    if (const auto done = (*table)->read(fields, out.rows); !done) return done.error();
    return out;
  }
  os::process_rows earlier;
  const nanoseconds began = system_clock().mono();
  if (const auto done = (*table)->read(static_cast<os::process_fields>(os::process_field::cpu), earlier);
      !done)
    return done.error();
  std::this_thread::sleep_for(interval);
  const nanoseconds ended = system_clock().mono();
  if (const auto done = (*table)->read(fields, out.rows); !done) return done.error();
  out.shares = cpu_shares_between(earlier, out.rows, std::chrono::duration<double>(ended - began).count());
  return out;
}

// On standard error, so that it does not get into what a pipe carries.
void say_what_was_hidden(const os::process_rows& rows) {
  const auto count = [&](os::unreadable_reason r) { return rows.unreadable[static_cast<std::size_t>(r)]; };
  if (const std::uint64_t denied = count(os::unreadable_reason::access_denied); denied != 0)
    std::fprintf(stderr, "%llu value%s could not be read for lack of rights; reeve doctor says which help\n",
                 static_cast<unsigned long long>(denied), denied == 1 ? "" : "s");
  if (const std::uint64_t failed = count(os::unreadable_reason::failed); failed != 0)
    std::fprintf(stderr, "%llu value%s could not be read because the system's call failed\n",
                 static_cast<unsigned long long>(failed), failed == 1 ? "" : "s");
}

} // namespace

int show_processes(const process_view& view) {
  const bool measures = view.interval != nanoseconds{0};
  const auto terminal = os::terminal(1);
  std::vector<const process_column*> columns = view.columns;
  if (columns.empty()) columns = default_process_columns(measures, terminal ? terminal->columns : 0);
  os::process_fields fields = needed_fields(view.list);
  for (const process_column* c : columns)
    fields |= c->fields;
  if (measures) fields = fields | os::process_field::cpu;
  if (view.json) fields = os::all_process_fields;

  const auto m = read(fields, view.interval);
  if (!m) {
    std::fprintf(stderr, "reeve: %s\n", m.error().message.c_str());
    return app::exit_failed;
  }
  const cpu_shares* shares = m->shares ? &*m->shares : nullptr;
  const std::vector<list_line> lines = list_processes(m->rows, view.list, shares);
  if (view.json) {
    print_json(to_json(m->rows, lines, shares, view.list.tree));
  } else {
    const column_context context{m->rows, shares, system_clock().unix_time(), view.list.tree,
                                 view.lines == "utf8" || (view.lines == "auto" && os::utf8_output())};
    const std::string text = render_processes(context, columns, lines, style_of_output());
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  std::fflush(stdout);
  say_what_was_hidden(m->rows);
  if (!lines.empty() || view.list.filter.empty()) return app::exit_ok;
  std::fputs("reeve: no process matches\n", stderr);
  return app::exit_failed;
}

} // namespace reeve::cli
