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

int stop_agent(const std::string& instance, bool with_processes, nanoseconds patience) {
  const auto until = steady_clock::now() + patience;
  const auto asked = os::control_request(instance, with_processes ? app::stop_all_request : app::stop_request,
                                         request_timeout);
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
  struct wishes {
    std::vector<std::string> names;
    std::string instance = "default";
    std::string patience;
    bool agent = false, with_processes = false;
  };
  CLI::App* verb =
      root.add_subcommand("stop", "Stop managed processes, or the agent, and wait for their end");
  auto w = std::make_shared<wishes>();
  CLI::Option* names = verb->add_option("NAME", w->names, "Names of [[process]] tables or of groups, or all");
  verb->add_flag("--agent", w->agent, "Stop the agent; its processes go on, and the next agent adopts them")
      ->excludes(names);
  verb->add_flag("--with-processes", w->with_processes, "Stop the agent and all its processes")
      ->excludes(names);
  verb->add_option("-i,--instance", w->instance, "Which agent: its [agent] instance")->capture_default_str();
  take_timeout(*verb, w->patience);
  verb->footer(
      "A process has the time of its stop_timeout. The agent ends as by Ctrl+C; one that a service manager "
      "runs may be started by it again.\n\n"
      "Examples:\n  reeve stop web\n  reeve stop --agent\n  reeve stop --with-processes --instance staging "
      "--timeout 10s");
  verb->callback([w, &c] {
    const nanoseconds wait = *parse_duration(w->patience); // checked
    if (w->agent || w->with_processes) {
      c.status = stop_agent(w->instance, w->with_processes, wait);
    } else if (w->names.empty()) {
      std::fprintf(stderr, "reeve: name the processes to stop, or all, or say --agent\n");
      c.status = app::exit_usage;
    } else {
      c.status = tell_processes(w->instance, "stop", w->names, wait);
    }
  });
}

} // namespace reeve::cli
