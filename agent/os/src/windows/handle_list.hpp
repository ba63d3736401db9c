// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse/windows_handle_list.hpp"
#include "reeve/base/result.hpp"
#include "windows/system_information.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace reeve::os {

enum class handle_kind : std::uint8_t {
  other,
  file, // files, folders, pipes, sockets, devices
  event,
  mutant,
  semaphore,
  section,
  key,
  thread,
  process,
};
inline constexpr std::size_t handle_kinds = 9;

// All handles of the machine. Not thread-safe.
class handle_list {
 public:
  // Fails when the list cannot be read, or does not show this process's own handles.
  result<> read();

  // What the last read() got.
  const std::vector<parse::handle_row>& rows() const noexcept { return handles_.rows; }
  std::uint64_t oversized() const noexcept { return handles_.oversized; }

  handle_kind kind_of(const parse::handle_row& row) const noexcept;

 private:
  result<> learn_types();

  system_information list_{64, "the list of handles"}; // SystemExtendedHandleInformation
  parse::handle_rows handles_;
  // By kind. The numbers of the types are not fixed, so we look up what objects of our own have.
  std::array<std::optional<std::uint16_t>, handle_kinds> types_;
};

} // namespace reeve::os
