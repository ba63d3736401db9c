// SPDX-License-Identifier: Apache-2.0
// Where the links in /proc/PID/fd lead, by their text (proc(5), fs/anon_inodes.c, fs/d_path.c).
#pragma once

#include "reeve/os/open_files.hpp"

#include <string_view>

namespace reeve::os::parse {

struct descriptor_link {
  handle_kind kind = handle_kind::other;
  // The text is a path and does not tell files, folders, devices and named pipes apart for sure: `kind` is the likely
  // one.
  bool ask_the_file = false;
};

descriptor_link parse_descriptor_link(std::string_view target) noexcept;

} // namespace reeve::os::parse
