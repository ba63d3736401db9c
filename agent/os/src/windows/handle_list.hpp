// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse/windows_handle_list.hpp"
#include "reeve/base/result.hpp"
#include "windows/system_information.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace reeve::os {

enum class object_kind : std::uint8_t {
  other,
  file,  // files, folders, pipes, sockets, devices
  event, // what is waited for: events, mutants, semaphores, timers, completion ports
  section,
  key,
  thread,
  process,
};

// All handles of the machine. Not thread-safe.
class handle_list {
 public:
  // Fails when the list cannot be read, or does not show this process's own handles.
  result<> read();

  // What the last read() got.
  const std::vector<parse::handle_row>& rows() const noexcept { return handles_.rows; }
  std::uint64_t oversized() const noexcept { return handles_.oversized; }

  object_kind kind_of(const parse::handle_row& row) const noexcept;

 private:
  result<> learn_types();

  system_information list_{64, "the list of handles"}; // SystemExtendedHandleInformation
  parse::handle_rows handles_;
  // Numbers of types are not fixed, so we look up which objects of our own have.
  std::vector<std::pair<std::uint16_t, object_kind>> types_;
};

} // namespace reeve::os
