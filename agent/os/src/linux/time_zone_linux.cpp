// SPDX-License-Identifier: Apache-2.0
#include "parse/posix_tz.hpp"
#include "parse/tzif.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"
#include "reeve/base/strings.hpp"
#include "zone_source.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <vector>

namespace reeve::os {

namespace {

const std::string zone_folder = "/usr/share/zoneinfo/";

result<time_zone> read_zone_file(const std::string& path) {
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return posix_error(errno, cat("cannot open ", path));
  std::vector<std::byte> bytes(parse::largest_tzif_bytes);
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return posix_error(errno, cat("cannot read ", path));
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  bytes.resize(size);
  result<time_zone> zone = parse::parse_tzif(bytes);
  if (!zone) return error{zone.error().code, cat(path, ": ", zone.error().message)};
  return zone;
}

} // namespace

result<time_zone> read_named_zone(const std::string& name) {
  result<time_zone> zone = read_zone_file(zone_folder + name);
  if (zone || (zone.error().os_code != ENOENT && zone.error().os_code != EISDIR)) return zone;
  if (::access(zone_folder.c_str(), X_OK) != 0)
    return error{errc::unsupported, cat(zone_folder, " is not there; install the package tzdata")};
  return no_such_zone(name);
}

result<time_zone> read_local_zone() {
  const char* variable = std::getenv("TZ");
  if (variable == nullptr) {
    result<time_zone> zone = read_zone_file("/etc/localtime");
    return !zone && zone.error().os_code == ENOENT ? load_time_zone("UTC") : zone;
  }
  std::string_view text = variable;
  if (text.starts_with(':')) text.remove_prefix(1);
  if (text.empty()) return load_time_zone("UTC");
  if (text.starts_with('/')) return read_zone_file(std::string(text));
  // glibc looks for a file first, too.
  result<time_zone> zone = load_time_zone(text == "local" ? "" : text);
  if (zone) return zone;
  if (const std::optional<parse::posix_tz> rules = parse::parse_posix_tz(text)) {
    time_zone out;
    parse::append_rules(out, *rules);
    parse::cut_to_range(out);
    return out;
  }
  return error{zone.error().code, cat("the variable TZ: ", zone.error().message)};
}

} // namespace reeve::os
