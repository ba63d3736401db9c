// SPDX-License-Identifier: Apache-2.0
#include "agent_answer.hpp"

#include "reeve/os/control_channel.hpp"

#include <algorithm>
#include <chrono>

namespace reeve::cli {

result<std::string> ask_agent(const std::string& instance, std::string_view request) {
  auto answer = os::control_request(instance, request, std::chrono::seconds(20));
  if (!answer) return answer.error();
  const std::size_t end = std::min(answer->find('\n'), answer->size());
  std::string text = answer->substr(std::min(answer->size(), end + 1));
  if (answer->substr(0, end) == "ok") return text;
  while (text.ends_with('\n'))
    text.pop_back();
  return error{errc::failed, text, 0};
}

} // namespace reeve::cli
