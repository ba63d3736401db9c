// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "ps/process_view.hpp"
#include "verb.hpp"

#include "reeve/base/strings.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::cli {

namespace {

struct tree_options {
  process_view view;
  std::vector<std::string> roots; // pids or names
};

int tree(tree_options& options) {
  list_options& list = options.view.list;
  list.tree = true;
  for (const std::string& root : options.roots) {
    std::uint32_t pid = 0;
    const auto [stop, problem] = std::from_chars(root.data(), root.data() + root.size(), pid);
    if (problem == std::errc{} && stop == root.data() + root.size())
      list.filter.pids.push_back(pid);
    else
      list.filter.names.push_back(root);
  }
  for (const char* key :
       {"pid", "user", "state", "time", "memory", "threads", "handles", "start", "name", "command"})
    options.view.columns.push_back(find_process_column(key));
  return show_processes(options.view);
}

} // namespace

void add_tree(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand("tree", "Show processes with all that descends from them");
  auto options = std::make_shared<tree_options>();
  verb->add_option(
          "roots", options->roots,
          "A pid, or a name: what contains the text, or matches it whole when it has * or ?. None: all "
          "processes")
      ->type_name("PID|NAME");
  take_one_of(
      verb->add_option("--lines", options->view.lines, "How the lines are drawn; auto asks the locale")
          ->capture_default_str(),
      {"auto", "ascii", "utf8"});
  verb->add_flag("--json", options->view.json, "Print JSON, with every field that could be read");
  verb->footer("- stands for what could not be read. Exit status 1 when there is no such process.\n\n"
               "Examples:\n  reeve tree 4711\n  reeve tree nginx\n  reeve tree 'java*' --json");
  verb->callback([options, &c] { c.status = tree(*options); });
}

} // namespace reeve::cli
