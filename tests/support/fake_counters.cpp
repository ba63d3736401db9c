// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_counters.hpp"

#include "tests/support/fake_table_calls.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace reeve::testing {

void fake_counters::set(const fake_counter& row) {
  for (fake_counter& old : rows)
    if (old.request == row.request && old.measure == row.measure && old.first == row.first &&
        old.second == row.second) {
      old = row;
      return;
    }
  rows.push_back(row);
}

reeve_status fake_counters::want(const reeve_counter_request& asked, std::uint32_t* number,
                                 reeve_str* problem) {
  const request wanted{asked.origin, std::string(asked.name.ptr, asked.name.len),
                       std::string(asked.argument.ptr ? asked.argument.ptr : "", asked.argument.len)};
  if (const auto refused = refusals.find(wanted.name); refused != refusals.end()) {
    refusal_ = refused->second;
    if (problem) *problem = {refusal_.data(), refusal_.size()};
    return REEVE_E_ARG;
  }
  const auto known = std::find(wanted_.begin(), wanted_.end(), wanted);
  *number = static_cast<std::uint32_t>(known - wanted_.begin());
  if (known == wanted_.end()) wanted_.push_back(wanted);
  return REEVE_OK;
}

reeve_counter_text fake_counters::keep(const std::string& text) {
  text_ += text;
  return {static_cast<std::uint32_t>(text_.size() - text.size()), static_cast<std::uint32_t>(text.size())};
}

void fake_counters::build() {
  text_.clear();
  abi_measures_.clear();
  for (const fake_measure& m : measures) {
    reeve_counter_measure out{};
    out.name = keep(m.name);
    out.help = keep(m.help);
    out.unit = keep(m.unit);
    out.label_keys[0] = keep(m.first_key);
    out.label_keys[1] = keep(m.second_key);
    out.kind = m.kind;
    abi_measures_.push_back(out);
  }
  const std::size_t stride = sizeof(reeve_counter_row) + extra_row_bytes;
  memory_.assign(rows.size() * stride, '\x5A');
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const fake_counter& r = rows[i];
    const auto measure = std::find_if(measures.begin(), measures.end(),
                                      [&](const fake_measure& m) { return m.name == r.measure; });
    if (measure == measures.end()) throw std::runtime_error("no measure " + r.measure);
    const auto asked =
        std::find_if(wanted_.begin(), wanted_.end(), [&](const auto& w) { return w.name == r.request; });
    reeve_counter_row out{};
    out.value = r.value;
    out.identity = r.identity;
    out.labels[0] = keep(r.first);
    out.labels[1] = keep(r.second);
    // One that nobody asked for is another plugin's.
    out.request = static_cast<std::uint32_t>(asked == wanted_.end() ? 1000 : asked - wanted_.begin());
    out.measure = static_cast<std::uint32_t>(measure - measures.begin());
    std::memcpy(memory_.data() + i * stride, &out, sizeof out);
  }
  abi_statuses_.clear();
  for (const request& w : wanted_) {
    const auto found = states.find(w.name);
    const status s = found == states.end() ? status{} : found->second;
    abi_statuses_.push_back({keep(s.why), s.state, 0});
  }
}

void fake_counters::freeze() {
  build();
  frozen_ = true;
}

reeve_status fake_counters::read(reeve_counter_rows* out) {
  if (read_status != REEVE_OK) return read_status;
  if (!frozen_) build();
  const std::uint32_t size = out->struct_size;
  *out = reeve_counter_rows{};
  out->struct_size = size;
  out->row_stride = static_cast<std::uint32_t>(sizeof(reeve_counter_row)) + extra_row_bytes;
  out->rows = reinterpret_cast<const reeve_counter_row*>(memory_.data());
  out->measures = abi_measures_.data();
  out->statuses = abi_statuses_.data();
  out->text = text_.data();
  out->text_length = text_.size();
  out->n_rows = static_cast<std::uint32_t>(memory_.size() / out->row_stride);
  out->n_measures = static_cast<std::uint32_t>(abi_measures_.size());
  out->measure_stride = sizeof(reeve_counter_measure);
  out->n_statuses = static_cast<std::uint32_t>(abi_statuses_.size());
  out->status_stride = sizeof(reeve_counter_status);
  out->generation = ++generation_;
  return REEVE_OK;
}

reeve_status REEVE_CALL fake_table_calls::want_counter(const reeve_host* h, const reeve_call*,
                                                       const reeve_counter_request* asked,
                                                       std::uint32_t* number, reeve_str* problem) {
  return of(h).counters.want(*asked, number, problem);
}

reeve_status REEVE_CALL fake_table_calls::read_counters(const reeve_host* h, const reeve_call*,
                                                        reeve_counter_rows* out) {
  note_reading(h);
  return of(h).counters.read(out);
}

} // namespace reeve::testing
