// SPDX-License-Identifier: Apache-2.0
#include "linux/filesystem_reader.hpp"

#include "parse/fields.hpp"
#include "parse/linux_counters.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/statvfs.h>

namespace reeve::os {

int filesystem_reader::read(std::uint64_t tick, counter_sink& out) {
  int problem = 0;
  std::string_view text = mounts_.read(tick, problem);
  if (problem != 0) return problem;
  devices_.clear();
  for (std::string_view line; parse::next_line(text, line);) {
    parse::mount_line m;
    if (!parse::parse_mount(line, m) || !parse::is_local(m)) continue;
    if (std::find(devices_.begin(), devices_.end(), m.device) != devices_.end()) continue;
    devices_.push_back(m.device);
    const std::string_view place = parse::unescape_mount(m.mount_point, mount_point_);
    if (place.size() == mount_point_.size()) continue; // no room for the end of the text
    mount_point_[place.size()] = '\0';
    struct statvfs s {};
    if (::statvfs(mount_point_.data(), &s) != 0 || s.f_blocks == 0) continue;
    const auto block = static_cast<double>(s.f_frsize);
    out.put(measure::filesystem_size_bytes, static_cast<double>(s.f_blocks) * block, place);
    out.put(measure::filesystem_free_bytes, static_cast<double>(s.f_bfree) * block, place);
    out.put(measure::filesystem_available_bytes, static_cast<double>(s.f_bavail) * block, place);
    if (s.f_files == 0) continue; // btrfs and the like make them as they need
    out.put(measure::filesystem_files, static_cast<double>(s.f_files), place);
    out.put(measure::filesystem_files_free, static_cast<double>(s.f_ffree), place);
  }
  return 0;
}

} // namespace reeve::os
