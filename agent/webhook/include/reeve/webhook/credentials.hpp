// SPDX-License-Identifier: Apache-2.0
// Who may post alerts.
#pragma once

#include "reeve/config/webhook_settings.hpp"

#include <string>
#include <string_view>

namespace reeve::webhook {

class credentials {
 public:
  // Of the token, else of the user and the password; without either everybody is let in.
  explicit credentials(const config::webhook_settings& settings);

  // `authorization`: the header, empty when there is none (RFC 6750, RFC 7617). How long it takes does not depend on how
  // much of a wrong secret is right.
  bool accept(std::string_view authorization) const noexcept;
  std::string challenge() const; // the value of WWW-Authenticate

 private:
  std::string scheme_; // empty: everybody
  std::string secret_; // as it is sent after the scheme
};

} // namespace reeve::webhook
