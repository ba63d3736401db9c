// SPDX-License-Identifier: Apache-2.0
#include "counters/catalogue.hpp"
#include "counters/number_pattern.hpp"
#include "parse/pdh_path.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::os {

namespace {

constexpr std::size_t max_bytes = 4096; // of a path or a pattern

error bad(std::string message) {
  return {errc::invalid_argument, std::move(message)};
}

result<> check_set(const counter_request& r) {
  const auto set = set_named(r.name);
  if (!set) {
    const std::string_view nearest = did_you_mean(r.name, counter_sets());
    if (!nearest.empty())
      return bad(cat("there is no set of counters \"", r.name, "\"; did you mean \"", nearest, "\"?"));
    std::string all;
    for (const std::string_view name : counter_sets())
      all += cat(all.empty() ? "" : ", ", name);
    return bad(cat("there is no set of counters \"", r.name, "\"; there are ", all));
  }
  if (r.argument.empty()) return {};
  if (*set != counter_set::cgroup) return bad(cat("the set \"", r.name, "\" takes no argument"));
  if (cat("/", r.argument, "/").find("/../") != std::string::npos)
    return bad(cat("the control group \"", r.argument, "\" climbs out of the root of control groups"));
  const std::size_t star = r.argument.find('*');
  if (star != std::string::npos && r.argument.find('/', star) != std::string::npos)
    return bad(cat("only the last part of the control group \"", r.argument, "\" may hold a *"));
  return {};
}

result<> check_file(const counter_request& r) {
  if (auto compiled = number_pattern::compile(r.argument); !compiled) return compiled.error();
  const bool drive = r.name.size() > 2 && r.name[1] == ':' && (r.name[2] == '\\' || r.name[2] == '/');
  if (!r.name.starts_with('/') && !drive)
    return bad(cat("\"", r.name, "\" is not the absolute path of a file"));
  if (r.name.ends_with('/') || r.name.ends_with('\\')) return bad(cat("\"", r.name, "\" is a folder"));
  return {};
}

} // namespace

result<> check(const counter_request& request) {
  if (request.name.size() > max_bytes || request.argument.size() > max_bytes)
    return bad(cat("longer than ", max_bytes, " bytes"));
  if (request.name.find('\0') != std::string::npos || request.argument.find('\0') != std::string::npos)
    return bad("a null byte is no part of a name");
  switch (request.origin) {
  case counter_origin::set:
    return check_set(request);
  case counter_origin::pdh:
    if (!request.argument.empty()) return bad("a performance counter takes no argument");
    if (auto path = parse::parse_pdh_path(request.name); !path) return path.error();
    return {};
  case counter_origin::file:
    return check_file(request);
  }
  return bad("not a kind of counter");
}

} // namespace reeve::os
