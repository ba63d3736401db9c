// SPDX-License-Identifier: Apache-2.0
// What NtQuerySystemInformation(64, SystemExtendedHandleInformation) writes on 64-bit Windows, turned into rows. No
// system header: built and tested everywhere.
#pragma once

#include "reeve/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reeve::os::parse {

// SYSTEM_HANDLE_INFORMATION_EX and SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX, which Microsoft does not document. Named after
// System Informer's phnt headers (ntexapi.h); the layout is the same since Windows XP.
struct windows_handle_list_head {
  std::uint64_t number_of_handles;
  std::uint64_t reserved;
};
struct windows_handle_entry {
  std::uint64_t object; // address in the kernel; 0 where this account may not know it
  std::uint64_t unique_process_id;
  std::uint64_t handle_value;
  std::uint32_t granted_access;
  std::uint16_t creator_back_trace_index;
  std::uint16_t object_type_index; // differs from version to version, and from start to start
  std::uint32_t handle_attributes;
  std::uint32_t reserved;
};
static_assert(sizeof(windows_handle_list_head) == 16);
static_assert(sizeof(windows_handle_entry) == 40);
static_assert(offsetof(windows_handle_entry, granted_access) == 24);
static_assert(offsetof(windows_handle_entry, object_type_index) == 30);

struct handle_row {
  std::uint32_t pid = 0;
  std::uint32_t handle = 0;
  std::uint32_t access = 0; // ACCESS_MASK
  std::uint16_t type = 0;   // object_type_index
};

struct handle_rows {
  std::vector<handle_row> rows;
  std::uint64_t oversized =
      0; // left out: the pid or the handle has more than 32 bits, which neither should have
};

// Fills `out` anew, keeping its memory. Fails when the list is cut off; `out` is then unspecified. Bytes after the last
// entry are ignored.
result<> parse_windows_handles(std::span<const std::byte> list, handle_rows& out);

} // namespace reeve::os::parse
