// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_open_files.hpp"

#include "tests/support/fake_table_calls.hpp"

namespace reeve::testing {

reeve_status REEVE_CALL fake_table_calls::read_open_files(const reeve_host* h, const reeve_call*,
                                                          std::uint32_t pid, std::uint64_t start,
                                                          std::uint32_t target_kinds,
                                                          std::uint32_t max_targets,
                                                          reeve_open_file_rows* out) {
  note_reading(h);
  fake_open_files& t = of(h).open_files;
  ++t.readings;
  const auto found = t.processes.find(pid);
  if (found == t.processes.end() || found->second.start != start) return REEVE_E_NOT_FOUND;
  if (found->second.status < 0) return found->second.status;
  t.by_kind_ = found->second.by_kind;
  t.text_.clear();
  t.targets_.clear();
  for (const auto& [kind, target] : found->second.targets) {
    if ((target_kinds >> kind & 1) == 0 || t.targets_.size() >= max_targets) continue;
    t.targets_.push_back({kind, static_cast<std::uint32_t>(t.text_.size()),
                          static_cast<std::uint32_t>(target.size()), kind, 0});
    t.text_ += target;
  }
  const std::uint32_t size = out->struct_size;
  *out = reeve_open_file_rows{};
  out->struct_size = size;
  out->n_kinds = static_cast<std::uint32_t>(t.by_kind_.size());
  out->by_kind = t.by_kind_.data();
  out->text = t.text_.data();
  out->text_length = t.text_.size();
  out->targets = t.targets_.data();
  out->n_targets = static_cast<std::uint32_t>(t.targets_.size());
  out->target_stride = sizeof(reeve_open_file);
  return REEVE_OK;
}

} // namespace reeve::testing
