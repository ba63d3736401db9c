// SPDX-License-Identifier: Apache-2.0
#include "extensions.hpp"

#include "reeve/open_files.h"
#include "reeve/plugin_host/tables.hpp"

namespace reeve::plugin_host {

namespace {

reeve_status REEVE_CALL read(const reeve_host* h, const reeve_call* call, std::uint32_t pid,
                             std::uint64_t start, std::uint32_t target_kinds, std::uint32_t max_targets,
                             reeve_open_file_rows* out) {
  instance::core& c = core_of(h);
  if (!in_call(c, call) || !c.sampling) return REEVE_E_STATE;
  if (!out || !REEVE_HAS(reeve_open_file_rows, out, left_out)) return REEVE_E_ARG;
  return guard([&] {
    auto got = c.shared.tables.open_files.read({pid, start}, {target_kinds, max_targets}, c.deadline());
    if (!got) return failed(c, got.error());
    const open_files_reading& r = keep(c, *std::move(got));
    reeve_open_file_rows rows{};
    rows.n_kinds = static_cast<std::uint32_t>(r.by_kind.size());
    rows.by_kind = r.by_kind.data();
    rows.text = r.text.data();
    rows.targets = r.targets.data();
    rows.n_targets = static_cast<std::uint32_t>(r.targets.size());
    rows.target_stride = sizeof(reeve_open_file);
    rows.text_length = r.text.size();
    rows.left_out = r.left_out;
    hand_out(rows, out);
    return static_cast<reeve_status>(REEVE_OK);
  });
}

} // namespace

const void* open_files_extension() noexcept {
  static const reeve_open_files table{sizeof(reeve_open_files), open_files_service::max_targets, &read};
  return &table;
}

} // namespace reeve::plugin_host
