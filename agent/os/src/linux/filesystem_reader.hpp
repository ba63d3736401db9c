// SPDX-License-Identifier: Apache-2.0
// Size and room of the local file systems.
#pragma once

#include "counters/catalogue.hpp"
#include "linux/kept_file.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

class filesystem_reader {
 public:
  explicit filesystem_reader(std::string mountinfo) : mounts_(std::move(mountinfo)) {}
  const std::string& path() const noexcept { return mounts_.path(); }

  // Each file system once, at the place where it was mounted first. 0 or errno of the list of mounts; a file system
  // that does not answer (denied, gone) is left out.
  int read(std::uint64_t tick, counter_sink& out);

 private:
  kept_file mounts_;
  std::array<char, 4096> mount_point_{};
  std::vector<std::string_view> devices_; // seen in this reading, in the text of mounts_
};

} // namespace reeve::os
