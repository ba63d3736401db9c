// SPDX-License-Identifier: Apache-2.0
#include "read_processes.hpp"

#include "read_health.hpp"
#include "read_program.hpp"
#include "reeve/base/strings.hpp"
#include "rules.hpp"
#include "start_order.hpp"

#include <array>
#include <charconv>

namespace reeve::config {

namespace {

using namespace std::chrono_literals;

void read_groups(table_reader& in, process_settings& out, problem_list& problems) {
  std::vector<source_position> where;
  if (!in.read_strings("groups", out.groups, &where)) return;
  for (std::size_t i = 0; i < out.groups.size(); ++i)
    if (!is_name(out.groups[i]) || out.groups[i] == "all")
      problems.add(where[i], cat(in.full_name("groups"), " holds \"", out.groups[i], "\", allowed is ",
                                 name_rule, " but not \"all\""));
}

// 8080, "8080", "8080/tcp" or "53/udp".
std::optional<port_settings> port_of(const value_node& node) {
  std::int64_t number = 0;
  port_settings out;
  if (const auto* integer = std::get_if<std::int64_t>(&node.value)) {
    number = *integer;
  } else if (const auto* text = std::get_if<std::string>(&node.value)) {
    const char* const last = text->data() + text->size();
    const auto [end, status] = std::from_chars(text->data(), last, number);
    const std::string_view rest(end, static_cast<std::size_t>(last - end));
    if (status != std::errc{} || (!rest.empty() && rest != "/tcp" && rest != "/udp")) return std::nullopt;
    out.udp = rest == "/udp";
  }
  if (number < 1 || number > 65535) return std::nullopt;
  out.number = static_cast<std::uint16_t>(number);
  return out;
}

void read_ports(table_reader& in, process_settings& out, problem_list& problems) {
  static constexpr std::array<std::string_view, 3> ways{"wait", "fail", "stop-holder"};
  in.read_one_of("port_taken", out.port_taken, ways);
  const value_node* node = in.take("ports");
  if (!node) return;
  const value_node::array* items = node->as_array();
  if (!items) {
    in.problem("ports", " must be an array", "write ports = [8080, \"53/udp\"]");
    return;
  }
  for (const value_node& item : *items) {
    const auto port = port_of(item);
    if (port)
      out.ports.push_back(*port);
    else
      problems.add(item.where, cat(in.full_name("ports"), " holds something that is no port"),
                   "a port is a number from 1 to 65535, or text such as \"8080/tcp\" or \"53/udp\"");
  }
}

void read_restart(table_reader& in, process_settings& out) {
  static constexpr std::array<std::string_view, 3> rules{"never", "on-failure", "always"};
  in.read_one_of("restart", out.restart, rules);
  static constexpr std::array<std::string_view, 2> answers{"restart", "report"};
  in.read_one_of("unhealthy", out.unhealthy, answers);
  in.read_duration("restart_delay", out.restart_delay, 1ms, 1h);
  in.read_duration("restart_delay_max", out.restart_delay_max, 1ms, 24h);
  if (out.restart_delay_max < out.restart_delay)
    in.problem("restart_delay_max", cat(" is ", format_duration(out.restart_delay_max),
                                        ", less than restart_delay = ", format_duration(out.restart_delay)));
  in.read_duration("healthy_after", out.healthy_after, 1s, 24h);
  in.read("give_up_after", out.give_up_after, 0, 1000);
  in.read_duration("give_up_window", out.give_up_window, 1s, 24h);
}

process_settings read_process(const value_node& node, const std::vector<process_settings>& others,
                              problem_list& problems) {
  process_settings out;
  out.where = {node.where};
  table_reader in(node, "process", problems);
  read_program(in, "web", problems, out);
  refuse_same_name(in, "process", others, out.name);
  read_groups(in, out, problems);
  in.read("daemon", out.daemon);
  in.read("autostart", out.autostart);
  read_ports(in, out, problems);
  read_restart(in, out);
  in.read_strings("after", out.after);
  in.read_strings("requires", out.required);
  out.health = read_health(in, problems);
  in.finish();
  return out;
}

} // namespace

std::vector<process_settings> read_processes(table_reader& root, problem_list& problems) {
  std::vector<process_settings> out;
  for (const value_node* node : root.take_tables("process"))
    out.push_back(read_process(*node, out, problems));
  check_groups(out, problems);
  check_start_order(out, problems);
  return out;
}

} // namespace reeve::config
