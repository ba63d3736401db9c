// SPDX-License-Identifier: Apache-2.0
#include "read_stop.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/config/table_reader.hpp"
#include "rules.hpp"

#include <array>

namespace reeve::config {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view example = "write stop = [{ signal = \"SIGINT\", timeout = \"5s\" }, { signal = "
                                     "\"SIGTERM\" }]; the kill comes by itself";

stop_rung read_rung(const value_node& node, const std::string& name, problem_list& problems) {
  static constexpr std::array<std::string_view, 8> signals{"SIGTERM", "SIGINT",  "SIGQUIT",  "SIGHUP",
                                                           "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGKILL"};
  static constexpr std::array<std::string_view, 3> scopes{"program", "group", "tree"};
  static constexpr std::array<std::string_view, 3> keys{"close-window", "ctrl-c", "ctrl-break"};
  stop_rung out;
  table_reader in(node, name, problems);
  in.read_one_of("signal", out.signal, signals);
  if (in.read_one_of("to", out.scope, scopes) && out.signal.empty())
    in.problem("to", " says who gets a signal, and there is none");
  in.read_one_of("console", out.console, keys);
  if (in.read_strings("command", out.command) && (out.command.empty() || !is_absolute(out.command.front())))
    in.problem("command", " must begin with the program file and its whole path");
  in.read_duration("timeout", out.timeout, 10ms, 1h);
  const int ways = !out.signal.empty() + !out.console.empty() + !out.command.empty();
  if (ways != 1)
    problems.add(node.where, cat(name, " must have one of signal, console and command"),
                 std::string(example));
  in.finish();
  return out;
}

} // namespace

void read_stop(table_reader& in, program_settings& out, problem_list& problems) {
  in.read_duration("stop_timeout", out.stop_timeout, 100ms, 1h);
  if (!in.has("stop")) return;
  nanoseconds all{0};
  const std::string name = in.full_name("stop");
  for (const value_node* node : in.take_tables("stop")) {
    const stop_rung& rung = out.stop.emplace_back(read_rung(*node, name, problems));
    all += rung.timeout;
  }
  const nanoseconds asked = out.stop_timeout - out.stop_timeout / 6;
  if (all > asked)
    in.problem("stop",
               cat(" takes ", format_duration(all),
                   ", but of stop_timeout = ", format_duration(out.stop_timeout), " only ",
                   format_duration(std::chrono::floor<std::chrono::milliseconds>(asked)),
                   " are for asking; the rest is for the kill"),
               "raise stop_timeout or shorten the rungs");
}

} // namespace reeve::config
