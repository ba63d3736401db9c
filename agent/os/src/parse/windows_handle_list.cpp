// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_handle_list.hpp"

#include "reeve/base/strings.hpp"

#include <cstring>

namespace reeve::os::parse {

result<> parse_windows_handles(std::span<const std::byte> list, handle_rows& out) {
  out.rows.clear();
  out.oversized = 0;
  windows_handle_list_head head;
  if (list.size() < sizeof head) return error{errc::failed, "the system's list of handles has no length", 0};
  std::memcpy(&head, list.data(), sizeof head);
  list = list.subspan(sizeof head);
  const std::size_t room = list.size() / sizeof(windows_handle_entry);
  if (head.number_of_handles > room)
    return error{errc::failed,
                 cat("the system's list of handles says that it has ", head.number_of_handles,
                     " entries, and has room for ", room),
                 0};
  out.rows.reserve(static_cast<std::size_t>(head.number_of_handles));
  for (std::size_t i = 0; i < head.number_of_handles; ++i) {
    windows_handle_entry raw;
    std::memcpy(&raw, list.data() + i * sizeof raw, sizeof raw);
    if ((raw.unique_process_id | raw.handle_value) >> 32 != 0) {
      ++out.oversized;
      continue;
    }
    out.rows.push_back({static_cast<std::uint32_t>(raw.unique_process_id),
                        static_cast<std::uint32_t>(raw.handle_value), raw.granted_access,
                        raw.object_type_index});
  }
  return {};
}

} // namespace reeve::os::parse
