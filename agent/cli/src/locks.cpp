// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"
#include "locks/lock_json.hpp"
#include "locks/lock_lines.hpp"
#include "terminal_style.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/file_lock_table.hpp"
#include "reeve/os/process_table.hpp"
#include "reeve/os/runtime.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <set>
#include <vector>

namespace reeve::cli {

namespace {

struct locks_options {
  os::file_lock_request request;
  bool json = false;
  bool quiet = false;
};

int failed(const error& why) {
  std::fprintf(stderr, "reeve: %s\n", why.message.c_str());
  return app::exit_failed;
}

void say_what_was_hidden(const os::file_lock_rows& table) {
  if (table.unreadable_processes != 0)
    std::fprintf(stderr, "%llu process%s could not be looked into for lack of rights; reeve sees more %s\n",
                 static_cast<unsigned long long>(table.unreadable_processes),
                 table.unreadable_processes == 1 ? "" : "es",
                 os::os_name() == "windows" ? "when it runs elevated (as administrator)"
                                            : "as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
  if (table.unplaced_locks != 0)
    std::fprintf(stderr,
                 "%llu lock%s may belong to what was asked for, but the file's path could not be found\n",
                 static_cast<unsigned long long>(table.unplaced_locks), table.unplaced_locks == 1 ? "" : "s");
  if (table.unreadable_lines != 0)
    std::fprintf(stderr, "%llu line%s of the kernel's list of locks could not be understood\n",
                 static_cast<unsigned long long>(table.unreadable_lines),
                 table.unreadable_lines == 1 ? "" : "s");
  if (table.unanswered_handles != 0)
    std::fprintf(stderr, "%llu open file%s did not tell a path, and may be one that was asked for\n",
                 static_cast<unsigned long long>(table.unanswered_handles),
                 table.unanswered_handles == 1 ? "" : "s");
}

result<os::process_rows> processes_of(const os::file_lock_rows& table) {
  std::set<std::uint32_t> pids;
  for (const os::file_opening& o : table.openings)
    pids.insert(o.id.pid);
  for (const os::lock_holder& h : table.holders)
    pids.insert(h.id.pid);
  os::process_rows out;
  if (pids.empty()) return out;
  auto processes = os::process_table::create();
  if (!processes) return processes.error();
  const std::vector<std::uint32_t> all(pids.begin(), pids.end());
  const auto fields = static_cast<os::process_fields>(os::process_field::user);
  if (auto read = (*processes)->read_some(all, fields, out); !read) return read.error();
  return out;
}

void print_table(const os::file_lock_rows& table, const process_names& names) {
  const auto lines = lock_lines(table, names);
  if (lines.empty()) return;
  const std::string text = render_table(lock_columns(), lines, style_of_output());
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int locks(const locks_options& options) {
  auto table = os::file_lock_table::create();
  if (!table) return failed(table.error());
  os::file_lock_rows rows;
  if (const auto done = (*table)->read(options.request, rows); !done) return failed(done.error());
  const bool found = !rows.locks.empty() || !rows.openings.empty();

  if (!options.quiet) {
    const auto processes = processes_of(rows);
    if (!processes) return failed(processes.error());
    const process_names names(*processes);
    if (options.json)
      print_json(to_json(rows, options.request.paths, names));
    else
      print_table(rows, names);
    std::fflush(stdout);
    say_what_was_hidden(rows);
  }
  for (const os::path_problem& p : rows.problems)
    std::fprintf(stderr, "reeve: %s\n", p.why.message.c_str());
  if (!rows.problems.empty()) return app::exit_failed;
  if (found) return app::exit_found;
  if (!options.quiet && !options.json) std::fputs("nobody holds or locks it\n", stderr);
  return app::exit_ok;
}

} // namespace

void add_locks(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand("locks", "Say who holds, locks and waits for a file");
  auto options = std::make_shared<locks_options>();
  CLI::Option* paths =
      verb->add_option(
              "paths", options->request.paths,
              "A file, a folder with all below it, or a pattern: * and ? within a name, ** across folders")
          ->type_name("FILE");
  CLI::Option* all = verb->add_flag("-a,--all", options->request.all, "Every lock of this machine (Linux)");
  all->excludes(paths);
  CLI::Option* mapped = verb->add_flag("-m,--mapped", options->request.mappings,
                                       "Also who has the file mapped only, as libraries are");
  mapped->needs(paths);
  CLI::Option* json = verb->add_flag("--json", options->json, "Print JSON");
  verb->add_flag("-q,--quiet", options->quiet, "Print nothing; the exit status tells")->excludes(json);
  verb->footer(
      "Exit status: 0 nobody that reeve may see holds or locks it, 4 somebody does, 1 it failed, 2 "
      "wrong usage.\n\n"
      "Examples:\n  reeve locks /var/lib/app/app.db\n  reeve locks /mnt/backup\n"
      "  reeve locks /var/log/app/**/*.log\n  reeve locks --all\n"
      "  reeve locks --mapped --json /usr/lib/x86_64-linux-gnu/libz.so.1\n  reeve locks --quiet data.csv");
  verb->callback([options, &c] {
    if (options->request.paths.empty() && !options->request.all) throw CLI::RequiredError("a path or --all");
    c.status = locks(*options);
  });
}

} // namespace reeve::cli
