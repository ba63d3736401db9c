// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <set>

namespace reeve::file_lock {

namespace {

// "/a" on Linux, "C:/a" and "//server/share" on Windows, also with backslashes.
bool is_absolute(const std::string& path) {
  const auto slash = [](char c) { return c == '/' || c == '\\'; };
  if (!path.empty() && slash(path[0])) return true;
  return path.size() > 2 && path[1] == ':' && slash(path[2]);
}

} // namespace

options read_options(sdk::config& config) {
  options o;
  o.holder_info = config.flag_or("holder_info", o.holder_info);
  o.mappings = config.flag_or("mappings", o.mappings);
  o.max_files = config.integer_or("max_files", o.max_files, 1, 100'000);
  o.wait_event_after = config.duration_or("wait_event_after", o.wait_event_after);
  std::set<std::string> names;
  for (std::uint32_t i = 0, n = config.length("watch"); i < n; ++i) {
    const std::string path = "watch[" + std::to_string(i) + "]";
    watch w;
    w.name = config.text_or(path + ".name", "");
    w.paths = config.texts(path + ".paths");
    if (w.name.empty()) config.reject(path, "a name is missing: name = \"database\"");
    if (!w.name.empty() && !names.insert(w.name).second)
      config.reject(path + ".name", "another watch has this name");
    if (w.paths.empty()) config.reject(path, "paths are missing: paths = [\"/var/lib/app/*.db\"]");
    for (std::size_t p = 0; p < w.paths.size(); ++p)
      if (!is_absolute(w.paths[p]))
        config.reject(path + ".paths[" + std::to_string(p) + "]",
                      "\"" + w.paths[p] + "\" is not an absolute path");
    o.watches.push_back(std::move(w));
  }
  return o;
}

} // namespace reeve::file_lock
