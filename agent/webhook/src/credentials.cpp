// SPDX-License-Identifier: Apache-2.0
#include "reeve/webhook/credentials.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cstdint>

namespace reeve::webhook {

namespace {

// RFC 4648, section 4.
std::string base64(std::string_view bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= count ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Always looks at all of `sent`.
bool is_same(std::string_view sent, std::string_view secret) noexcept {
  volatile unsigned char difference = sent.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const char wanted = secret.empty() ? '\0' : secret[i % secret.size()];
    difference = static_cast<unsigned char>(difference | static_cast<unsigned char>(sent[i] ^ wanted));
  }
  return difference == 0;
}

} // namespace

credentials::credentials(const config::webhook_settings& settings) {
  if (!settings.token.empty()) {
    scheme_ = "Bearer";
    secret_ = settings.token;
  } else if (!settings.user.empty()) {
    scheme_ = "Basic";
    secret_ = base64(cat(settings.user, ":", settings.password));
  }
}

bool credentials::accept(std::string_view authorization) const noexcept {
  if (scheme_.empty()) return true;
  const std::size_t blank = authorization.find(' ');
  if (blank == authorization.npos || !equal_ignoring_case(authorization.substr(0, blank), scheme_))
    return false;
  std::string_view sent = authorization.substr(blank);
  while (sent.starts_with(' '))
    sent.remove_prefix(1);
  return is_same(sent, secret_);
}

std::string credentials::challenge() const {
  return cat(scheme_, " realm=\"Reeve\"");
}

} // namespace reeve::webhook
