// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_plugin_host.hpp"

#include "tests/support/fake_table_calls.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace reeve::testing {

fake_process& fake_process_table::add(std::uint32_t pid, std::uint64_t start, std::string name,
                                      std::uint32_t ppid) {
  return rows.emplace_back(pid, start, std::move(name), ppid);
}

fake_process& fake_process_table::at(std::uint32_t pid) {
  for (fake_process& p : rows)
    if (p.row.pid == pid) return p;
  throw std::runtime_error("no process " + std::to_string(pid));
}

void fake_process_table::remove(std::uint32_t pid) {
  if (std::erase_if(rows, [&](const fake_process& p) { return p.row.pid == pid; }) == 0)
    throw std::runtime_error("no process " + std::to_string(pid));
}

reeve_text fake_process_table::append(const std::string& text) {
  const reeve_text out{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(text.size())};
  text_ += text;
  return out;
}

void fake_process_table::build() {
  if (frozen_) return;
  text_.clear();
  const auto fill = [&](const std::vector<fake_process>& from, std::vector<char>& memory) {
    const std::size_t stride = sizeof(reeve_process_row) + extra_row_bytes;
    memory.assign(from.size() * stride, '\x5A');
    for (std::size_t i = 0; i < from.size(); ++i) {
      reeve_process_row row = from[i].row;
      if (only_wanted) row.present &= wanted_;
      row.name = append(from[i].name);
      const auto text = [&](std::uint32_t field, const std::string& value) {
        return (row.present & field) != 0 ? append(value) : reeve_text{0xFFFFFFFF, 77}; // not to be looked at
      };
      row.executable = text(REEVE_PROCESS_EXECUTABLE, from[i].executable);
      row.command_line = text(REEVE_PROCESS_COMMAND_LINE, from[i].command_line);
      row.user = text(REEVE_PROCESS_USER, from[i].user);
      std::memcpy(memory.data() + i * stride, &row, sizeof row);
    }
  };
  fill(rows, memory_);
  fill(short_lived, short_memory_);
}

void fake_process_table::freeze() {
  build();
  frozen_ = true;
}

reeve_status REEVE_CALL fake_table_calls::want_processes(const reeve_host* h, const reeve_call*,
                                                         std::uint32_t fields) {
  of(h).processes.wanted_ = fields;
  return REEVE_OK;
}

reeve_status REEVE_CALL fake_table_calls::read_processes(const reeve_host* h, const reeve_call*,
                                                         reeve_process_rows* out) {
  fake_plugin_host& self = of(h);
  note_reading(h);
  fake_process_table& t = self.processes;
  if (t.read_status != REEVE_OK) return t.read_status;
  t.build();
  if (!t.same_reading) ++t.generation_;
  const std::uint32_t size = out->struct_size;
  *out = reeve_process_rows{};
  out->struct_size = size;
  out->row_stride = static_cast<std::uint32_t>(sizeof(reeve_process_row)) + t.extra_row_bytes;
  out->rows = reinterpret_cast<const reeve_process_row*>(t.memory_.data());
  out->short_lived = reinterpret_cast<const reeve_process_row*>(t.short_memory_.data());
  out->n_rows = static_cast<std::uint32_t>(t.memory_.size() / out->row_stride);
  out->n_short_lived = static_cast<std::uint32_t>(t.short_memory_.size() / out->row_stride);
  out->text = t.text_.data();
  out->text_length = t.text_.size();
  out->generation = t.generation_;
  out->read_mono_ns = self.mono_ns;
  return REEVE_OK;
}

} // namespace reeve::testing
