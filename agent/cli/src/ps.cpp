// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "ps/process_columns.hpp"
#include "ps/process_view.hpp"
#include "verb.hpp"

#include "reeve/base/strings.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

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
  process_view view;
  std::string sort = "pid";
  std::vector<std::string> columns; // empty: the usual ones
  std::string interval;             // empty: nothing is measured
};

int ps(ps_options& options) {
  for (const sort_name& n : sort_names)
    if (options.sort == n.word) options.view.list.sort = n.key;
  if (!options.interval.empty())
    options.view.interval = *parse_duration(options.interval); // checked while parsing
  for (const std::string& key : options.columns)
    options.view.columns.push_back(find_process_column(key));
  return show_processes(options.view);
}

std::string column_help() {
  std::string out = "Columns:\n";
  for (const process_column& c : all_process_columns())
    out += cat("  ", c.key, std::string(12 - c.key.size(), ' '), c.meaning, "\n");
  return out;
}

std::string check_interval(const std::string& text) {
  return check_duration(text, nanoseconds{1}, std::chrono::hours(1), "more than 0 and at most 1h");
}

} // namespace

void add_ps(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("ps", "List the processes of this machine, as a table, a tree or JSON");
  auto options = std::make_shared<ps_options>();
  list_options& list = options->view.list;
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
      verb->add_option("--lines", options->view.lines, "How a tree's lines are drawn; auto asks the locale")
          ->capture_default_str(),
      {"auto", "ascii", "utf8"});
  verb->add_flag("--json", options->view.json, "Print JSON, with every field that could be read");
  verb->footer(
      column_help() +
      "\n- stands for what could not be read. Exit status 1 when the filters accept no process.\n\n"
      "Examples:\n  reeve ps --sort mem --top 10\n  reeve ps --tree --name nginx\n  reeve ps --interval 1s "
      "--sort cpu --top 5\n"
      "  reeve ps --pid 4711 --columns pid,handles,limit,command\n  reeve ps --user www-data --json");
  verb->callback([options, &c] { c.status = ps(*options); });
}

} // namespace reeve::cli
