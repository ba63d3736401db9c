// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "json.hpp"
#include "ps/process_columns.hpp"
#include "ps/process_json.hpp"
#include "terminal_style.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/terminal.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>

namespace reeve::cli {

namespace {

struct sort_name {
  const char* word;
  sort_key key;
};
constexpr sort_name sort_names[] = {{"pid", sort_key::pid},         {"name", sort_key::name},
                                    {"cpu", sort_key::cpu},         {"mem", sort_key::memory},
                                    {"handles", sort_key::handles}, {"threads", sort_key::threads},
                                    {"start", sort_key::start},     {"io", sort_key::io}};

struct ps_options {
  list_options list;
  std::string sort = "pid";
  std::vector<std::string> columns; // empty: the usual ones
  std::string interval;             // empty: nothing is measured
  std::string lines = "auto";
  bool json = false;
};

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
    std::fprintf(stderr, "%llu value%s could not be read for lack of rights; reeve sees more %s\n",
                 static_cast<unsigned long long>(denied), denied == 1 ? "" : "s",
                 os::os_name() == "windows" ? "when it runs elevated (as administrator)"
                                            : "as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
  if (const std::uint64_t failed = count(os::unreadable_reason::failed); failed != 0)
    std::fprintf(stderr, "%llu value%s could not be read because the system's call failed\n",
                 static_cast<unsigned long long>(failed), failed == 1 ? "" : "s");
}

int print(const ps_options& options, const std::vector<const process_column*>& columns, const measured& m) {
  const cpu_shares* shares = m.shares ? &*m.shares : nullptr;
  const std::vector<list_line> lines = list_processes(m.rows, options.list, shares);
  if (options.json) {
    print_json(to_json(m.rows, lines, shares, options.list.tree));
  } else {
    column_context context{m.rows, shares, system_clock().unix_time(), options.list.tree,
                           options.lines == "utf8" || (options.lines == "auto" && os::utf8_output())};
    const std::string text = render_processes(context, columns, lines, style_of_output());
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  std::fflush(stdout);
  say_what_was_hidden(m.rows);
  if (!lines.empty() || options.list.filter.empty()) return app::exit_ok;
  std::fputs("reeve: no process matches\n", stderr);
  return app::exit_failed;
}

int ps(ps_options& options) {
  nanoseconds interval{0};
  if (!options.interval.empty()) interval = *parse_duration(options.interval); // checked while parsing
  for (const sort_name& s : sort_names)
    if (options.sort == s.word) options.list.sort = s.key;
  const auto terminal = os::terminal(1);
  std::vector<const process_column*> columns =
      default_process_columns(interval != nanoseconds{0}, terminal ? terminal->columns : 0);
  if (!options.columns.empty()) columns.clear();
  for (const std::string& key : options.columns)
    columns.push_back(find_process_column(key));

  os::process_fields fields = needed_fields(options.list);
  for (const process_column* c : columns)
    fields |= c->fields;
  if (interval != nanoseconds{0}) fields = fields | os::process_field::cpu;
  if (options.json) fields = os::all_process_fields;

  const auto m = read(fields, interval);
  if (m) return print(options, columns, *m);
  std::fprintf(stderr, "reeve: %s\n", m.error().message.c_str());
  return app::exit_failed;
}

std::string column_help() {
  std::string out = "Columns:\n";
  for (const process_column& c : all_process_columns())
    out += cat("  ", c.key, std::string(12 - c.key.size(), ' '), c.meaning, "\n");
  return out;
}

std::string check_interval(const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration) return duration.error().message;
  return *duration > nanoseconds{0} && *duration <= std::chrono::hours(1)
             ? ""
             : "must be more than 0 and at most 1h";
}

} // namespace

void add_ps(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("ps", "List the processes of this machine, as a table, a tree or JSON");
  auto options = std::make_shared<ps_options>();
  list_options& list = options->list;
  std::vector<std::string> sorts, columns;
  for (const sort_name& s : sort_names)
    sorts.emplace_back(s.word);
  for (const process_column& column : all_process_columns())
    columns.emplace_back(column.key);

  CLI::Option* tree = verb->add_flag(
      "-t,--tree", list.tree,
      "Children below their parents; what the filters accept is shown with all its descendants");
  verb->add_option("-p,--pid", list.filter.pids, "Only this process; may be repeated")
      ->type_name("PID")
      ->allow_extra_args(false);
  verb->add_option("-n,--name", list.filter.names,
                   "Only names that contain TEXT, or match it whole when it has * or ?; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  verb->add_option("-u,--user", list.filter.users, "Only processes of this account; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  verb->add_option("--command", list.filter.commands, "Only command lines that contain TEXT; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  take_one_of(verb->add_option("-s,--sort", options->sort, "pid, name and start ascend, the others descend")
                  ->capture_default_str(),
              sorts);
  verb->add_flag("-r,--reverse", list.reverse, "The other way round");
  verb->add_option("--top", list.top, "Only the first N")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->excludes(tree);
  take_one_of(verb->add_option("--columns", options->columns, "What to show, separated by commas")
                  ->delimiter(',')
                  ->allow_extra_args(false),
              columns);
  verb->add_option("-i,--interval", options->interval,
                   "Measure for so long and show each process's share of one processor")
      ->type_name("DURATION")
      ->check(CLI::Validator(check_interval, ""));
  take_one_of(
      verb->add_option("--lines", options->lines, "How a tree's lines are drawn; auto asks the locale")
          ->capture_default_str(),
      {"auto", "ascii", "utf8"});
  verb->add_flag("--json", options->json, "Print JSON, with every field that could be read");
  verb->footer(
      column_help() +
      "\n- stands for what could not be read. Exit status 1 when the filters accept no process.\n\n"
      "Examples:\n  reeve ps --sort mem --top 10\n  reeve ps --tree --name nginx\n  reeve ps --interval 1s "
      "--sort cpu --top 5\n"
      "  reeve ps --pid 4711 --columns pid,handles,limit,command\n  reeve ps --user www-data --json");
  verb->callback([options, &c] { c.status = ps(*options); });
}

} // namespace reeve::cli
