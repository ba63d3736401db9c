// SPDX-License-Identifier: Apache-2.0
#include "read_processes.hpp"

#include "read_program.hpp"

#include <array>

namespace reeve::config {

namespace {

process_settings read_process(const value_node& node, const std::vector<process_settings>& others,
                              problem_list& problems) {
  static constexpr std::array<std::string_view, 3> rules{"never", "on-failure", "always"};
  process_settings out;
  out.where = node.where;
  table_reader in(node, "process", problems);
  read_program(in, "web", problems, out);
  refuse_same_name(in, "process", others, out.name);
  in.read_one_of("restart", out.restart, rules);
  in.finish();
  return out;
}

} // namespace

std::vector<process_settings> read_processes(table_reader& root, problem_list& problems) {
  std::vector<process_settings> out;
  for (const value_node* node : root.take_tables("process"))
    out.push_back(read_process(*node, out, problems));
  return out;
}

} // namespace reeve::config
