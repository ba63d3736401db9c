// SPDX-License-Identifier: Apache-2.0
#include "port/port_spec.hpp"

#include "reeve/base/strings.hpp"

#include <charconv>

namespace reeve::cli {

namespace {

std::optional<std::uint16_t> port_of(std::string_view text) noexcept {
  std::uint16_t value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || stop != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

} // namespace

result<port_spec> parse_port_spec(std::string_view text) {
  const auto wrong = [text](std::string_view why) {
    return error{errc::invalid_argument, cat("\"", text, "\": ", why)};
  };
  port_spec out;
  std::string_view ports = text;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view protocol = text.substr(0, slash);
    if (protocol == "tcp")
      out.protocol = os::transport::tcp;
    else if (protocol == "udp")
      out.protocol = os::transport::udp;
    else
      return wrong("the protocol before / must be tcp or udp");
    ports = text.substr(slash + 1);
  }
  const std::size_t dash = ports.find('-');
  const auto first = port_of(ports.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : port_of(ports.substr(dash + 1));
  if (!first || !last) return wrong("must be a port from 1 to 65535, or a range such as 8000-8100");
  if (*first > *last) return wrong("the range ends before it begins");
  out.first = *first;
  out.last = *last;
  return out;
}

} // namespace reeve::cli
