// SPDX-License-Identifier: Apache-2.0
#include "read_program.hpp"

#include "rules.hpp"

namespace reeve::config {

namespace {

using namespace std::chrono_literals;

void read_name(table_reader& in, std::string_view example, program_settings& out) {
  if (!in.has("name")) {
    in.problem("name", " is missing", cat("write name = \"", example, "\"; `reeve status` shows it"));
    return;
  }
  if (!in.read("name", out.name)) return;
  if (!is_name(out.name)) in.problem("name", cat(" is \"", out.name, "\", allowed is ", name_rule));
  if (out.name == "all") in.problem("name", " is \"all\", which stands for every process");
}

void read_command(table_reader& in, program_settings& out) {
  if (!in.has("command")) {
    in.problem("command", " is missing", "name the program file, with its whole path");
    return;
  }
  if (read_absolute(in, "command", out.command) && out.command.empty()) in.problem("command", " is empty");
}

// An environment has no place for these.
bool has_zero(std::string_view text) {
  return text.find('\0') != text.npos;
}

void read_env(table_reader& in, program_settings& out, problem_list& problems) {
  const value_node* node = in.take("env");
  if (!node) return;
  const value_node::table* members = node->as_table();
  if (!members) {
    in.problem("env", " must be a table", "write env = { LANG = \"C.UTF-8\" }");
    return;
  }
  for (const value_node::member& m : *members) {
    const auto* text = std::get_if<std::string>(&m.value.value);
    if (m.key.empty() || m.key.find('=') != m.key.npos || has_zero(m.key))
      problems.add(m.key_where, cat(in.full_name("env"), " has a name that no variable can have"));
    else if (!text)
      problems.add(m.value.where, cat(in.full_name("env"), ".", m.key, " must be text in quotes"));
    else if (has_zero(*text))
      problems.add(m.value.where, cat(in.full_name("env"), ".", m.key, " holds a zero character"));
    else
      out.env.emplace_back(m.key, *text);
  }
}

} // namespace

void read_program(table_reader& in, std::string_view example, problem_list& problems, program_settings& out) {
  read_name(in, example, out);
  read_command(in, out);
  in.read_strings("args", out.args);
  if (std::ranges::any_of(out.args, has_zero)) in.problem("args", " hold a zero character");
  read_absolute(in, "cwd", out.cwd);
  read_env(in, out, problems);
  read_absolute(in, "output", out.output);
  in.read_duration("stop_timeout", out.stop_timeout, 100ms, 1h);
}

} // namespace reeve::config
