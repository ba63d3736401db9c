// SPDX-License-Identifier: Apache-2.0
#include "handle_naming.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::os {

void handle_naming::end() noexcept {
  helper_->end();
  running_ = false;
}

result<> handle_naming::ask(std::span<const parse::handle_question> questions,
                            std::vector<parse::handle_answer>& out) {
  out.assign(questions.size(), {});
  std::size_t hung = 0;
  std::string lines;
  for (std::size_t at = 0; at < questions.size() && hung < limits_.max_hung;) {
    const bool fresh = !running_;
    if (fresh)
      if (auto started = helper_->start(); !started) return started;
    running_ = true;
    const std::size_t end_of_batch = at + std::min(limits_.batch, questions.size() - at);
    lines.clear();
    for (std::size_t i = at; i < end_of_batch; ++i)
      append_line(lines, questions[i]);
    if (auto sent = helper_->send(lines); !sent) {
      end();
      if (fresh) return sent;
      continue; // it has ended since the last reading; a new one is asked the same
    }
    while (at < end_of_batch) {
      const auto line = helper_->next_line(limits_.patience);
      if (!line) {
        out[at++].outcome = parse::handle_outcome::hung;
        ++hung;
        end();
        break;
      }
      auto answer = parse::parse_handle_answer(*line);
      if (!answer) {
        end();
        return error{errc::failed, cat("the helper for names of handles said \"", *line, "\""), 0};
      }
      out[at++] = *std::move(answer);
    }
  }
  return {};
}

} // namespace reeve::os
