// SPDX-License-Identifier: Apache-2.0
#include "extensions.hpp"

#include "reeve/file_locks.h"
#include "reeve/plugin_host/tables.hpp"

#include <set>
#include <string>

namespace reeve::plugin_host {

namespace {

reeve_status REEVE_CALL want(const reeve_host* h, const reeve_call* call, std::uint32_t what,
                             const reeve_str* patterns, std::uint32_t n_patterns) {
  instance::core& c = core_of(h);
  if (!in_call(c, call)) return REEVE_E_STATE;
  if (!patterns && n_patterns != 0) return REEVE_E_ARG;
  return guard([&] {
    std::set<std::string> all;
    for (std::uint32_t i = 0; i < n_patterns; ++i) {
      if (!patterns[i].ptr || patterns[i].len == 0) return static_cast<reeve_status>(REEVE_E_ARG);
      all.emplace(patterns[i].ptr, patterns[i].len);
    }
    if (auto wanted = c.shared.tables.file_locks.want(&c, what, std::move(all)); !wanted)
      return failed(c, wanted.error());
    return static_cast<reeve_status>(REEVE_OK);
  });
}

reeve_status REEVE_CALL read(const reeve_host* h, const reeve_call* call, reeve_file_lock_rows* out) {
  instance::core& c = core_of(h);
  if (!in_call(c, call) || !c.sampling) return REEVE_E_STATE;
  if (!out || !REEVE_HAS(reeve_file_lock_rows, out, unplaced_locks)) return REEVE_E_ARG;
  return guard([&] {
    auto got = c.shared.tables.file_locks.read(&c, c.not_before, c.deadline());
    if (!got) return failed(c, got.error());
    const file_lock_reading& r = keep(c, *std::move(got));
    const auto count = [](const auto& list) { return static_cast<std::uint32_t>(list.size()); };
    reeve_file_lock_rows rows{};
    rows.text = r.text.data();
    rows.files = r.files.data();
    rows.openings = r.openings.data();
    rows.locks = r.locks.data();
    rows.holders = r.holders.data();
    rows.patterns = r.patterns.data();
    rows.blockers = r.blockers.data();
    rows.pattern_refs = r.pattern_refs.data();
    rows.n_files = count(r.files);
    rows.file_stride = sizeof(reeve_locked_file);
    rows.n_openings = count(r.openings);
    rows.opening_stride = sizeof(reeve_file_opening);
    rows.n_locks = count(r.locks);
    rows.lock_stride = sizeof(reeve_lock_row);
    rows.n_holders = count(r.holders);
    rows.holder_stride = sizeof(reeve_lock_holder);
    rows.n_patterns = count(r.patterns);
    rows.pattern_stride = sizeof(reeve_file_pattern);
    rows.n_blockers = count(r.blockers);
    rows.n_pattern_refs = count(r.pattern_refs);
    rows.generation = r.generation;
    rows.read_unix_ns = r.unix_time.count();
    rows.read_mono_ns = static_cast<std::uint64_t>(r.mono_time.count());
    rows.unreadable_processes = r.unreadable_processes;
    rows.unplaced_locks = r.unplaced_locks;
    hand_out(rows, out);
    return static_cast<reeve_status>(REEVE_OK);
  });
}

} // namespace

const void* file_lock_extension() noexcept {
  static const reeve_file_locks table{sizeof(reeve_file_locks), 0, &want, &read};
  return &table;
}

} // namespace reeve::plugin_host
