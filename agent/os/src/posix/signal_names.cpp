// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/keeper.hpp"

#include <csignal>
#include <utility>

namespace reeve::os {

std::optional<int> signal_number(std::string_view name) {
  constexpr std::pair<std::string_view, int> names[] = {
      {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT},   {"ABRT", SIGABRT}, {"KILL", SIGKILL},
      {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},   {"ALRM", SIGALRM}, {"TERM", SIGTERM},
      {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"WINCH", SIGWINCH}, {"PWR", SIGPWR}};
  if (name.starts_with("SIG")) name.remove_prefix(3);
  for (const auto& [text, number] : names)
    if (text == name) return number;
  return std::nullopt;
}

} // namespace reeve::os
