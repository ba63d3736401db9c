// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "processes/requests.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/control_channel.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

namespace reeve::cli {

namespace {

using std::chrono::steady_clock;

constexpr nanoseconds request_timeout = std::chrono::seconds(5);
constexpr auto look_again = std::chrono::milliseconds(50);

// The agent closes its control channel last, so it is there for as long as the agent is.
bool is_gone(const std::string& instance) {
  const auto answer = os::control_request(instance, app::stop_request, request_timeout);
  return !answer && answer.error().code == errc::not_found;
}

int stop_agent(const std::string& instance, nanoseconds patience) {
  const auto until = steady_clock::now() + patience;
  const auto asked = os::control_request(instance, app::stop_request, request_timeout);
  if (!asked) {
    std::fprintf(stderr, "reeve: %s\n", asked.error().message.c_str());
    return app::exit_failed;
  }
  while (!is_gone(instance)) {
    if (steady_clock::now() >= until) {
      std::fprintf(
          stderr,
          "reeve: the agent was asked to stop and has not ended within %s; its log says what it waits for\n",
          format_duration(patience).c_str());
      return app::exit_failed;
    }
    std::this_thread::sleep_for(look_again);
  }
  return app::exit_ok;
}

} // namespace

void add_stop(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand(
      "stop", "Stop managed processes, or without a name the agent, and wait for their end");
  auto names = std::make_shared<std::vector<std::string>>();
  auto instance = std::make_shared<std::string>("default");
  auto patience = std::make_shared<std::string>();
  verb->add_option("NAME", *names, "Names of [[process]] tables, or all; none: the agent with all of them");
  verb->add_option("-i,--instance", *instance, "Which agent: its [agent] instance")->capture_default_str();
  take_timeout(*verb, *patience);
  verb->footer(
      "A process has the time of its stop_timeout. The agent ends as by Ctrl+C; one that a service manager "
      "runs may be started by it again.\n\n"
      "Examples:\n  reeve stop web\n  reeve stop\n  reeve stop --instance staging --timeout 10s");
  verb->callback([names, instance, patience, &c] {
    const nanoseconds wait = *parse_duration(*patience); // checked
    c.status = names->empty() ? stop_agent(*instance, wait) : tell_processes(*instance, "stop", *names, wait);
  });
}

} // namespace reeve::cli
