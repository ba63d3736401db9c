// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/endpoint.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <charconv>

namespace reeve::config {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Calls `piece` for each part between `separator`; false as soon as one is refused.
template <class F>
bool each_part(std::string_view text, char separator, F piece) {
  for (;;) {
    const std::size_t end = text.find(separator);
    if (!piece(text.substr(0, end))) return false;
    if (end == text.npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool is_ipv4(std::string_view text) {
  int count = 0;
  const bool good = each_part(text, '.', [&](std::string_view part) {
    unsigned value = 256;
    const auto [stop, status] = std::from_chars(part.data(), part.data() + part.size(), value);
    // A leading zero is octal to some resolvers and decimal to others.
    const bool ambiguous = part.size() > 1 && part[0] == '0';
    return ++count <= 4 && status == std::errc{} && stop == part.data() + part.size() && value <= 255 &&
           !ambiguous;
  });
  return good && count == 4;
}

// The groups of one side of "::"; -1 when they are wrong. An IPv4 tail counts for two.
int ipv6_groups(std::string_view text, bool ipv4_tail_allowed) {
  if (text.empty()) return 0;
  int groups = 0;
  bool ended = false;
  const bool good = each_part(text, ':', [&](std::string_view part) {
    if (ended) return false;
    if (part.find('.') != part.npos) {
      ended = true;
      groups += 2;
      return ipv4_tail_allowed && is_ipv4(part);
    }
    ++groups;
    return !part.empty() && part.size() <= 4 && std::ranges::all_of(part, is_hex);
  });
  return good ? groups : -1;
}

// RFC 4291 section 2.2, with the zone of RFC 4007 section 11.
bool is_ipv6(std::string_view text) {
  if (const std::size_t zone = text.find('%'); zone != text.npos) {
    if (zone + 1 == text.size()) return false;
    text = text.substr(0, zone);
  }
  const std::size_t gap = text.find("::");
  if (gap == text.npos) return ipv6_groups(text, true) == 8;
  const int left = ipv6_groups(text.substr(0, gap), false);
  const int right = ipv6_groups(text.substr(gap + 2), true);
  return left >= 0 && right >= 0 && left + right <= 7;
}

bool is_host_name(std::string_view text) {
  if (text.size() > 253) return false;
  return each_part(text, '.', [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_digit(c) || is_letter(c) || c == '-'; });
  });
}

error bad(std::string_view text, std::string_view why) {
  return {errc::invalid_argument,
          cat("\"", text, "\" is not HOST:PORT (", why, "); write it like 127.0.0.1:9847 or [::1]:9847")};
}

} // namespace

result<endpoint> parse_endpoint(std::string_view text) {
  endpoint out;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) return bad(text, "a ] is missing");
    out.host = text.substr(1, close - 1);
    if (!is_ipv6(out.host)) return bad(text, "no IPv6 address in the brackets");
    port = text.substr(close + 1);
    if (!port.starts_with(':')) return bad(text, "the port is missing");
    port.remove_prefix(1);
  } else {
    const std::size_t colon = text.find(':');
    if (colon == text.npos) return bad(text, "the port is missing");
    if (text.find(':', colon + 1) != text.npos) return bad(text, "an IPv6 address needs brackets");
    out.host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (out.host.empty() || out.host == "*")
      return bad(text, "for every address of the machine say 0.0.0.0 or [::]");
    const bool numeric = std::ranges::all_of(out.host, [](char c) { return is_digit(c) || c == '.'; });
    if (numeric && !is_ipv4(out.host)) return bad(text, "no IPv4 address");
    if (!numeric && !is_host_name(out.host)) return bad(text, "no host name");
  }
  const auto [stop, status] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (port.empty()) return bad(text, "the port is missing");
  if (status != std::errc{} || stop != port.data() + port.size()) return bad(text, "a port is 0 to 65535");
  return out;
}

std::string format_endpoint(const endpoint& value) {
  const bool ipv6 = value.host.find(':') != std::string::npos;
  return ipv6 ? cat("[", value.host, "]:", value.port) : cat(value.host, ":", value.port);
}

bool is_loopback(const endpoint& value) {
  return value.host == "::1" || value.host == "localhost" ||
         (value.host.starts_with("127.") && value.host.find_first_not_of("0123456789.") == value.host.npos);
}

} // namespace reeve::config
