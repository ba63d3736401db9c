// SPDX-License-Identifier: Apache-2.0
// Small files that must be whole or not there at all. Paths are absolute; a call blocks for as long as the disk does.
#pragma once

#include "reeve/base/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

// The folder and those above it, for this account alone where they are made now.
result<> make_private_folder(const std::string& path);

result<std::string> read_state_file(const std::string& path); // not_found: there is none
// Beside it, as PATH.new, then put in its place: a reader sees the old text or the new one. Not forced to the disk: what a
// power failure may tear is found by who reads it.
result<> write_state_file(const std::string& path, std::string_view text);
// As PATH.bad, in place of one that was put aside before.
result<> put_state_file_aside(const std::string& path);
// No error where it is not there.
result<> remove_state_file(const std::string& path);
void forget_state_file(const std::string& path); // with what was left beside it
std::vector<std::string>
folders_in(const std::string& path); // names, in no order; none where it cannot be read

// Held until the end of the object, or of the process.
class folder_lock {
 public:
  // busy: another process holds it.
  static result<std::unique_ptr<folder_lock>> take(const std::string& folder);
  virtual ~folder_lock() = default;
};

} // namespace reeve::os
