// SPDX-License-Identifier: Apache-2.0
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/control_requests.hpp"
#include "reeve/os/control_channel.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <memory>

namespace reeve::cli {

namespace {

int reload(const std::string& instance) {
  const auto answer = os::control_request(instance, app::reload_request, std::chrono::seconds(20));
  if (!answer) {
    std::fprintf(stderr, "reeve: %s\n", answer.error().message.c_str());
    return app::exit_failed;
  }
  const std::size_t end = answer->find('\n');
  const bool ok = answer->substr(0, end) == "ok";
  const std::string text = end == std::string::npos ? std::string() : answer->substr(end + 1);
  std::fwrite(text.data(), 1, text.size(), ok ? stdout : stderr);
  return ok ? app::exit_ok : app::exit_bad_config;
}

} // namespace

void add_reload(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand("reload", "Tell the running agent to load its configuration again");
  auto instance = std::make_shared<std::string>("default");
  verb->add_option("-i,--instance", *instance, "Which agent: its [agent] instance")->capture_default_str();
  verb->footer(
      "A configuration with errors changes nothing: the errors are printed and the exit status is 3.\n\n"
      "Examples:\n  reeve reload\n  reeve reload --instance staging");
  verb->callback([instance, &c] { c.status = reload(*instance); });
}

} // namespace reeve::cli
