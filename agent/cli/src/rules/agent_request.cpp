// SPDX-License-Identifier: Apache-2.0
#include "rules/agent_request.hpp"

#include "agent_answer.hpp"

#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"

namespace reeve::cli {

result<std::string> ask_about_rules(const std::string& instance, std::string_view request) {
  return ask_agent(instance, cat(app::rules_verb, request));
}

} // namespace reeve::cli
