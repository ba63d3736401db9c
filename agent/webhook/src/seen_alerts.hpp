// SPDX-License-Identifier: Apache-2.0
// Which alerts have come already, so that one that is sent again and again acts once.
#pragma once

#include "reeve/base/clock.hpp"

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace reeve::webhook {

class seen_alerts {
 public:
  // At most so many, the one longest unseen gives way; each until it has not come for `keep`.
  seen_alerts(std::size_t most, nanoseconds keep) : most_(most), keep_(keep) {}

  // Whether it is known; then it has come again at `now`, which is of a steady clock.
  bool is_repeat(const std::string& key, nanoseconds now);
  void add(std::string key, nanoseconds now);
  std::size_t size() const noexcept { return order_.size(); }

 private:
  struct entry {
    std::string key;
    nanoseconds last;
  };
  void forget(nanoseconds now);

  std::size_t most_;
  nanoseconds keep_;
  std::list<entry> order_; // the latest first
  std::unordered_map<std::string_view, std::list<entry>::iterator> by_key_;
};

} // namespace reeve::webhook
