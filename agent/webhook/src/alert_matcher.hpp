// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/config/webhook_settings.hpp"
#include "reeve/webhook/payload.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace reeve::webhook {

// The matchers of one [[webhook.alert]].
class alert_matcher {
 public:
  explicit alert_matcher(const std::vector<config::label_matcher>& all);
  ~alert_matcher();
  alert_matcher(alert_matcher&&) noexcept;
  alert_matcher& operator=(alert_matcher&&) noexcept;

  bool accepts(const labels& of_alert) const; // all of them do

 private:
  struct one {
    config::label_matcher what;
    std::unique_ptr<re2::RE2> regex; // of =~ and !~
    bool accepts(std::string_view value) const;
  };
  std::vector<one> all_;
};

} // namespace reeve::webhook
