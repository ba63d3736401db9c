// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <algorithm>

namespace reeve::eventlog_writer {

namespace {

std::string joined(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words)
    out += (out.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  return out;
}

void read_path(sdk::config& config, const std::string& key, std::string& out) {
  out = config.text_or(key, out);
  if (out.empty() || out.front() != '/') config.reject(key, "must be an absolute path");
  if (out.size() > 100) config.reject(key, "is longer than the 100 bytes that the name of a socket may have");
}

} // namespace

options read_options(sdk::config& config) {
  options o;
  const std::string severity = config.text_or("min_severity", severity_name(o.min_severity));
  if (const int known = severity_from(severity); known >= 0)
    o.min_severity = static_cast<std::uint32_t>(known);
  else
    config.reject("min_severity", "must be \"trace\", \"debug\", \"info\", \"warn\", \"error\" or \"fatal\"");
  o.rate_limit = static_cast<std::uint32_t>(config.integer_or("rate_limit", o.rate_limit, 0, 1'000'000));
  o.rate_interval = config.duration_or("rate_interval", o.rate_interval);
  if (o.rate_interval < std::chrono::seconds(1) || o.rate_interval > std::chrono::hours(24))
    config.reject("rate_interval", "must be from \"1s\" to \"1d\"");

  o.log.backend = config.text_or("backend", o.log.backend);
  const auto backends = system_log_backends();
  if (std::find(backends.begin(), backends.end(), o.log.backend) == backends.end())
    config.reject("backend", "is not one of those that this system has: " + joined(backends));
  o.log.identifier = config.text_or("identifier", o.log.identifier);
  const bool plain = std::all_of(o.log.identifier.begin(), o.log.identifier.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  if (!plain || o.log.identifier.empty() || o.log.identifier.size() > 32)
    config.reject("identifier", "must be 1 to 32 letters, digits, '-', '_' and '.'");
  read_path(config, "journal_socket", o.log.journal_socket);
  read_path(config, "syslog_socket", o.log.syslog_socket);
  return o;
}

} // namespace reeve::eventlog_writer
