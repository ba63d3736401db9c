// SPDX-License-Identifier: Apache-2.0
// Process lists made by hand, byte for byte.
#pragma once

#include "parse/windows_process_info.hpp"

#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace reeve::os::parse {

inline constexpr std::uint64_t base_address = 0x0000'01F0'8000'1000;

// Writes a process list the way the kernel does: entry, threads, name, padding to eight bytes.
class process_list {
 public:
  windows_process_information& add(const windows_process_information& entry, std::u16string_view name,
                                   const std::vector<windows_thread_information>& threads = {}) {
    if (last_ != npos) at(last_).next_entry_offset = static_cast<std::uint32_t>(bytes_.size() - last_);
    last_ = bytes_.size();
    const std::size_t name_at = last_ + sizeof entry + threads.size() * sizeof(windows_thread_information);
    const std::size_t name_bytes = name.size() * 2;
    bytes_.resize((name_at + name_bytes + 7) / 8 * 8);
    std::memcpy(&bytes_[last_], &entry, sizeof entry);
    if (!threads.empty())
      std::memcpy(&bytes_[last_ + sizeof entry], threads.data(), threads.size() * sizeof threads[0]);
    if (!name.empty()) std::memcpy(&bytes_[name_at], name.data(), name_bytes);
    auto& added = at(last_);
    added.next_entry_offset = 0;
    added.number_of_threads = static_cast<std::uint32_t>(threads.size());
    added.image_name = {static_cast<std::uint16_t>(name_bytes), static_cast<std::uint16_t>(name_bytes), 0,
                        name.empty() ? 0 : base_address + name_at};
    return added;
  }

  std::span<const std::byte> bytes() const { return bytes_; }
  std::size_t last() const { return last_; }

  // std::vector's storage is aligned for every scalar, and entries start at multiples of eight.
  windows_process_information& at(std::size_t offset) {
    return *reinterpret_cast<windows_process_information*>(&bytes_[offset]);
  }

 private:
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  std::vector<std::byte> bytes_;
  std::size_t last_ = npos;
};

inline windows_process_information process(std::uint64_t pid, std::uint64_t parent = 0) {
  windows_process_information entry{};
  entry.unique_process_id = pid;
  entry.inherited_from_unique_process_id = parent;
  entry.create_time = 133'000'000'000'000'000 + static_cast<std::int64_t>(pid);
  return entry;
}

inline windows_thread_information thread(std::uint32_t state, std::uint32_t reason = 0,
                                         std::uint32_t switches = 0) {
  windows_thread_information t{};
  t.thread_state = state;
  t.wait_reason = reason;
  t.context_switches = switches;
  return t;
}

} // namespace reeve::os::parse
