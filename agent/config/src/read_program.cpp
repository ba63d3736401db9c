// SPDX-License-Identifier: Apache-2.0
#include "read_program.hpp"

#include "read_stop.hpp"
#include "rules.hpp"

#include <array>
#include <cmath>

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
  in.read("shell", out.shell);
  if (!in.has("command")) {
    in.problem("command", " is missing", "name the program file, with its whole path");
    return;
  }
  const bool read = out.shell ? in.read("command", out.command) : read_absolute(in, "command", out.command);
  if (read && out.command.empty()) in.problem("command", " is empty");
  if (out.shell && in.has("args"))
    in.problem("args", " do not go with shell = true",
               "write them into command, which is a line for the shell");
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

void read_paths(table_reader& in, std::string_view key, std::vector<std::string>& out,
                problem_list& problems) {
  std::vector<source_position> where;
  if (!in.read_strings(key, out, &where)) return;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!is_absolute(out[i]))
      problems.add(where[i],
                   cat(in.full_name(key), " holds \"", out[i], "\", which is not an absolute path"));
}

void read_output(table_reader& in, program_settings& out) {
  if (in.read("output", out.output) && out.output != "inherit" && out.output != "none" &&
      !is_absolute(out.output))
    in.problem("output", cat(" is \"", out.output, "\""), "write an absolute path, \"inherit\" or \"none\"");
  in.read_size("output_max_size", out.output_max_size, 1'000, 1'000'000'000'000);
  in.read("output_max_files", out.output_max_files, 0, 1000);
}

void read_account(table_reader& in, program_settings& out) {
  in.read("user", out.user);
  if (in.read("umask", out.umask)) {
    const bool octal = !out.umask.empty() && out.umask.size() <= 4 &&
                       std::ranges::all_of(out.umask, [](char c) { return c >= '0' && c <= '7'; });
    if (!octal) in.problem("umask", cat(" is \"", out.umask, "\""), "write it in octal, umask = \"027\"");
  }
  int nice = 0;
  if (in.read("nice", nice, -20, 19)) out.nice = nice;
}

void read_limits(table_reader& in, program_settings& out, problem_list& problems) {
  static constexpr std::array<std::string_view, 8> names{"open_files",    "processes",     "core_size",
                                                         "file_size",     "address_space", "stack",
                                                         "locked_memory", "cpu_seconds"};
  static constexpr std::uint64_t largest_size = 1'000'000'000'000'000;
  const value_node* node = in.take("limits");
  if (!node) return;
  table_reader limits(*node, in.full_name("limits"), problems);
  for (const std::string_view name : names) {
    if (!limits.has(name)) continue;
    limit_settings l{std::string(name), 0};
    const bool is_size =
        name.ends_with("_size") || name == "address_space" || name == "stack" || name == "locked_memory";
    std::int64_t count = 0;
    if (is_size ? limits.read_size(name, l.value, 0, largest_size)
                : limits.read(name, count, 0, 1'000'000'000)) {
      if (!is_size) l.value = static_cast<std::uint64_t>(count);
      out.limits.push_back(l);
    }
  }
  limit_settings memory{"memory", 512 << 20};
  if (limits.read_size("memory", memory.value, 1 << 20, largest_size)) out.limits.push_back(memory);
  double processors = 0.5;
  if (limits.read("cpu", processors, 0.01, 10'000))
    out.limits.push_back({"cpu", static_cast<std::uint64_t>(std::llround(processors * 1000))});
  limits.finish();
}

void read_hook(table_reader& in, std::string_view key, command_words& out, problem_list& problems) {
  std::vector<source_position> where;
  if (!in.read_strings(key, out, &where)) return;
  if (out.empty() || !is_absolute(out.front()))
    problems.add(where.empty() ? in.where(key) : where.front(),
                 cat(in.full_name(key), " must begin with the program file and its whole path"),
                 "write [\"/usr/local/bin/check\", \"argument\"]; there is no shell in between");
}

} // namespace

void read_program(table_reader& in, std::string_view example, problem_list& problems, program_settings& out) {
  read_name(in, example, out);
  read_command(in, out);
  in.read_strings("args", out.args);
  if (std::ranges::any_of(out.args, has_zero)) in.problem("args", " hold a zero character");
  read_absolute(in, "cwd", out.cwd);
  read_env(in, out, problems);
  read_paths(in, "env_file", out.env_files, problems);
  read_account(in, out);
  read_limits(in, out, problems);
  read_output(in, out);
  read_stop(in, out, problems);
  for (const auto& [key, hook] :
       {std::pair("pre_start", &out.pre_start), std::pair("post_start", &out.post_start),
        std::pair("pre_stop", &out.pre_stop), std::pair("post_stop", &out.post_stop)})
    read_hook(in, key, *hook, problems);
  in.read_duration("hook_timeout", out.hook_timeout, 100ms, 1h);
  read_paths(in, "temporary_files", out.temporary_files, problems);
}

} // namespace reeve::config
