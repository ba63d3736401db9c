// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/url.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/config/endpoint.hpp"

#include <algorithm>

namespace reeve::config {

namespace {

constexpr std::uint16_t http_port = 80, https_port = 443;

error bad(std::string_view text, std::string_view why) {
  return {errc::invalid_argument, cat("\"", text, "\" is not an http or https url (", why,
                                      "); write it like http://127.0.0.1:8080/health")};
}

} // namespace

result<http_url> parse_http_url(std::string_view text) {
  http_url out;
  std::string_view rest = text;
  const std::size_t colon = rest.find("://");
  if (text.empty()) return bad(text, "it is empty");
  if (colon == rest.npos) return bad(text, "the scheme is missing");
  const std::string_view scheme = rest.substr(0, colon);
  if (scheme != "http" && scheme != "https") return bad(text, cat("the scheme ", scheme, " is unknown here"));
  out.tls = scheme == "https";
  rest.remove_prefix(colon + 3);

  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  rest.remove_prefix(end);
  if (authority.empty()) return bad(text, "the host is missing");
  if (authority.find('@') != authority.npos)
    return bad(text, "a name and password belong into a header, Authorization");
  const std::size_t after_host = authority.starts_with('[') ? authority.find(']') : 0;
  const bool has_port = after_host != authority.npos && authority.find(':', after_host) != authority.npos;
  const result<endpoint> to = parse_endpoint(
      has_port ? std::string(authority) : cat(authority, ":", out.tls ? https_port : http_port));
  if (!to) return bad(text, "no host, or no port from 1 to 65535 behind it");
  if (to->port == 0) return bad(text, "nobody listens on port 0");
  out.host = to->host;
  out.port = to->port;

  if (rest.find('#') != rest.npos) return bad(text, "what follows a # is never sent");
  // RFC 3986: all else is written as %XX.
  if (!std::ranges::all_of(rest, [](char c) { return c > ' ' && c < 0x7F; }))
    return bad(text, "a blank or a character outside of ASCII is written as %XX");
  out.target = rest.starts_with('/') ? std::string(rest) : cat("/", rest);
  return out;
}

std::string format_http_url(const http_url& value) {
  return cat(value.tls ? "https://" : "http://", format_endpoint({value.host, value.port}), value.target);
}

} // namespace reeve::config
