// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse/windows_handle_list.hpp"
#include "reeve/base/result.hpp"
#include "reeve/os/open_files.hpp"
#include "windows/system_information.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace reeve::os {

// All handles of the machine. Not thread-safe.
class handle_list {
 public:
  // Fails when the list cannot be read, or does not show this process's own handles.
  result<> read();

  // What the last read() got.
  const std::vector<parse::handle_row>& rows() const noexcept { return handles_.rows; }
  std::uint64_t oversized() const noexcept { return handles_.oversized; }

  // `file` stands for every file object: files, folders, pipes, sockets and devices, which only a look at it tells apart.
  handle_kind kind_of(const parse::handle_row& row) const noexcept;

 private:
  result<> learn_types();

  system_information list_{64, "the list of handles"}; // SystemExtendedHandleInformation
  parse::handle_rows handles_;
  // Numbers of types are not fixed, so we look up which objects of our own have.
  std::vector<std::pair<std::uint16_t, handle_kind>> types_;
};

} // namespace reeve::os
