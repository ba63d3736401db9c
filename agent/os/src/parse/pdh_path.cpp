// SPDX-License-Identifier: Apache-2.0
#include "parse/pdh_path.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::os::parse {

namespace {

error malformed(std::string_view path, std::string_view why) {
  return {errc::invalid_argument, cat("\"", path, "\" is not the path of a counter, such as ",
                                      "\\Processor(*)\\% Processor Time: ", why)};
}

} // namespace

result<pdh_path> parse_pdh_path(std::string_view path) {
  if (path.starts_with("\\\\"))
    return error{errc::invalid_argument,
                 cat("\"", path, "\" names another computer; only counters of this one can be read")};
  if (!path.starts_with('\\')) return malformed(path, "it begins with a backslash");
  // Instances may hold backslashes and parentheses ("Page File(\??\C:\pagefile.sys)"); counters hold neither backslash.
  const std::size_t last = path.rfind('\\');
  if (last == 0) return malformed(path, "a second backslash is before the counter");
  pdh_path out;
  out.counter = path.substr(last + 1);
  const std::string_view head = path.substr(1, last - 1);
  const std::size_t open = head.find('(');
  out.object = head.substr(0, open);
  if (open != std::string_view::npos) {
    if (!head.ends_with(')')) return malformed(path, "the instance has no closing parenthesis");
    out.instance = head.substr(open + 1, head.size() - open - 2);
    if (out.instance.empty()) return malformed(path, "the instance is empty; * stands for all");
  }
  if (out.object.empty()) return malformed(path, "the object is empty");
  if (out.counter.empty()) return malformed(path, "the counter is empty");
  if (out.object.find_first_of("*\\") != std::string_view::npos ||
      out.counter.find('*') != std::string_view::npos)
    return malformed(path, "only the instance may be or hold a *");
  return out;
}

} // namespace reeve::os::parse
