// SPDX-License-Identifier: Apache-2.0
#include "rules/agent_request.hpp"

#include "agent_answer.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"

#include <cstdio>

namespace reeve::cli {

result<std::string> ask_about_rules(const std::string& instance, std::string_view request) {
  return ask_agent(instance, cat(app::rules_verb, request));
}

int print_answer(const std::string& instance, std::string_view request) {
  const auto answer = ask_about_rules(instance, request);
  if (!answer) {
    std::fprintf(stderr, "reeve: %s\n", answer.error().message.c_str());
    return app::exit_failed;
  }
  std::fwrite(answer->data(), 1, answer->size(), stdout);
  return app::exit_ok;
}

} // namespace reeve::cli
