// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_file_locks.hpp"

#include "tests/support/fake_table_calls.hpp"

#include <cstring>

namespace reeve::testing {

namespace {

std::uint32_t count(std::size_t n) {
  return static_cast<std::uint32_t>(n);
}

} // namespace

std::uint32_t fake_file_locks::pattern(std::string_view text) {
  for (std::uint32_t i = 0; i < patterns_.size(); ++i)
    if (std::string_view(text_).substr(patterns_[i].offset, patterns_[i].length) == text) return i;
  patterns_.push_back({count(text_.size()), count(text.size()), REEVE_OK, 0});
  text_ += text;
  return count(patterns_.size() - 1);
}

void fake_file_locks::problem(std::string_view text, reeve_status status) {
  patterns_[pattern(text)].status = status;
}

std::uint32_t fake_file_locks::file(std::string_view path, std::initializer_list<std::string_view> by) {
  reeve_locked_file file{};
  file.device = 1;
  file.inode = files_.size() + 1;
  file.first_pattern = count(pattern_refs_.size());
  file.n_patterns = count(by.size());
  for (const std::string_view text : by)
    pattern_refs_.push_back(pattern(text));
  file.path_offset = count(text_.size());
  file.path_length = count(path.size());
  text_ += path;
  files_.push_back(file);
  return count(files_.size() - 1);
}

void fake_file_locks::open(std::uint32_t file, process who, std::uint8_t access, std::uint8_t how) {
  openings_.push_back({who.start, who.pid, file, 3, how, access, 0});
}

std::uint32_t fake_file_locks::held(std::uint32_t file, std::initializer_list<process> who,
                                    std::uint8_t mode) {
  reeve_lock_row row{};
  row.end = UINT64_MAX;
  row.file = file;
  row.kind = REEVE_LOCK_FLOCK;
  row.mode = mode;
  row.first_holder = count(holders_.size());
  row.n_holders = count(who.size());
  for (const process& p : who)
    holders_.push_back({p.start, p.pid, 3});
  locks_.push_back(row);
  return count(locks_.size() - 1);
}

reeve_lock_row& fake_file_locks::waits(std::uint32_t file, process who,
                                       std::initializer_list<std::uint32_t> for_locks, std::uint32_t depth) {
  reeve_lock_row& row = locks_[held(file, {who})];
  row.flags = REEVE_LOCK_WAITING;
  row.depth = depth;
  row.first_blocker = count(blockers_.size());
  row.n_blockers = count(for_locks.size());
  blockers_.insert(blockers_.end(), for_locks.begin(), for_locks.end());
  return row;
}

void fake_file_locks::clear() {
  text_.clear();
  files_.clear();
  openings_.clear();
  locks_.clear();
  holders_.clear();
  patterns_.clear();
  blockers_.clear();
  pattern_refs_.clear();
}

void fake_file_locks::fill(reeve_file_lock_rows& out) {
  const std::size_t stride = sizeof(reeve_lock_row) + extra_row_bytes;
  memory_.assign(locks_.size() * stride, '\x5A');
  for (std::size_t i = 0; i < locks_.size(); ++i)
    std::memcpy(memory_.data() + i * stride, &locks_[i], sizeof locks_[i]);
  out.text = text_.data();
  out.files = files_.data();
  out.openings = openings_.data();
  out.locks = reinterpret_cast<const reeve_lock_row*>(memory_.data());
  out.holders = holders_.data();
  out.patterns = patterns_.data();
  out.blockers = blockers_.data();
  out.pattern_refs = pattern_refs_.data();
  out.n_files = count(files_.size());
  out.file_stride = sizeof(reeve_locked_file);
  out.n_openings = count(openings_.size());
  out.opening_stride = sizeof(reeve_file_opening);
  out.n_locks = count(locks_.size());
  out.lock_stride = count(stride);
  out.n_holders = count(holders_.size());
  out.holder_stride = sizeof(reeve_lock_holder);
  out.n_patterns = count(patterns_.size());
  out.pattern_stride = sizeof(reeve_file_pattern);
  out.n_blockers = count(blockers_.size());
  out.n_pattern_refs = count(pattern_refs_.size());
  out.generation = ++generation_;
}

reeve_status REEVE_CALL fake_table_calls::want_files(const reeve_host* h, const reeve_call*,
                                                     std::uint32_t what, const reeve_str* patterns,
                                                     std::uint32_t n) {
  fake_file_locks& t = of(h).file_locks;
  t.wanted_ = what;
  t.wanted_patterns_.clear();
  for (std::uint32_t i = 0; i < n; ++i)
    t.wanted_patterns_.emplace_back(patterns[i].ptr, patterns[i].len);
  return REEVE_OK;
}

reeve_status REEVE_CALL fake_table_calls::read_files(const reeve_host* h, const reeve_call*,
                                                     reeve_file_lock_rows* out) {
  fake_plugin_host& self = of(h);
  note_reading(h);
  if (self.file_locks.read_status != REEVE_OK) return self.file_locks.read_status;
  const std::uint32_t size = out->struct_size;
  *out = reeve_file_lock_rows{};
  out->struct_size = size;
  self.file_locks.fill(*out);
  out->read_mono_ns = self.mono_ns;
  return REEVE_OK;
}

} // namespace reeve::testing
