// SPDX-License-Identifier: Apache-2.0
#include "rules/agent_request.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/control_channel.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace reeve::cli {

result<std::string> ask_about_rules(const std::string& instance, std::string_view request) {
  auto answer = os::control_request(instance, cat(app::rules_verb, request), std::chrono::seconds(20));
  if (!answer) return answer.error();
  const std::size_t end = std::min(answer->find('\n'), answer->size());
  std::string text = answer->substr(std::min(answer->size(), end + 1));
  if (answer->substr(0, end) == "ok") return text;
  while (text.ends_with('\n'))
    text.pop_back();
  return error{errc::failed, text, 0};
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
