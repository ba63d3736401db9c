// SPDX-License-Identifier: Apache-2.0
#include "keeper/keeper_news.hpp"

namespace reeve::os {

std::vector<keeper_record> take_news(std::string& text, std::uint64_t incarnation) {
  std::vector<keeper_record> out;
  for (std::size_t end = 0; (end = text.find("\n.\n")) != std::string::npos;) {
    const std::string one = text.substr(0, end + 3);
    text.erase(0, end + 3);
    if (one == taken_news) {
      keeper_record& r = out.emplace_back();
      r.phase = keep_phase::taken;
      r.incarnation = incarnation;
    } else if (auto r = record_from_text(one)) {
      out.push_back(*std::move(r));
    }
  }
  return out;
}

} // namespace reeve::os
