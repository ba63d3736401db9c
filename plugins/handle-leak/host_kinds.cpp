// SPDX-License-Identifier: Apache-2.0
#include "host_kinds.hpp"

#include "reeve/open_files.hpp"

#include <algorithm>

namespace reeve::handle_leak {

namespace {

unread_reason reason_of(reeve_status status) noexcept {
  switch (status) {
  case REEVE_E_DENIED:
    return unread_reason::access_denied;
  case REEVE_E_NOT_FOUND:
    return unread_reason::vanished;
  case REEVE_E_UNSUPPORTED:
    return unread_reason::unsupported;
  default:
    return unread_reason::failed;
  }
}

// Kinds of a newer host are counted among the others.
void add(std::vector<kind_count>& all, std::string_view kind, std::uint64_t count) {
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const kind_count& one) { return one.kind == kind; });
  if (at == all.end())
    all.push_back({kind, count});
  else
    at->count += count;
}

} // namespace

bool host_kinds::counts(std::uint32_t pid, std::uint64_t start, std::vector<kind_count>& out,
                        unread_reason& why) {
  call_.check();
  reeve_open_file_rows rows{};
  rows.struct_size = sizeof rows;
  const reeve_status status =
      functions_ ? functions_->read(host_.raw(), call_.raw(), pid, start, 0, 0, &rows) : REEVE_E_UNSUPPORTED;
  if (status < 0) {
    why = reason_of(status);
    return false;
  }
  for (std::uint32_t kind = 0; kind < rows.n_kinds; ++kind)
    add(out, sdk::name_of_handle_kind(kind), rows.by_kind[kind]);
  return true;
}

std::string host_kinds::example(std::uint32_t pid, std::uint64_t start, std::string_view kind) {
  constexpr std::uint32_t kinds = 32; // bits of target_kinds
  std::uint32_t wanted = 0;
  for (std::uint32_t k = 0; k < kinds; ++k)
    if (kind == sdk::name_of_handle_kind(k)) wanted |= 1u << k;
  reeve_open_file_rows rows{};
  rows.struct_size = sizeof rows;
  if (!functions_ || functions_->read(host_.raw(), call_.raw(), pid, start, wanted, 1, &rows) < 0 ||
      rows.n_targets == 0)
    return {};
  const reeve_open_file& f = rows.targets[0];
  if (f.name_offset > rows.text_length || f.name_length > rows.text_length - f.name_offset) return {};
  return {rows.text + f.name_offset, f.name_length};
}

} // namespace reeve::handle_leak
