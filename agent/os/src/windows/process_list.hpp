// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace reeve::os {

// NtQuerySystemInformation(SystemProcessInformation) into a buffer that grows to what this machine needs and is kept.
class process_list {
 public:
  result<> read();

  // What the last read() got; the system's pointers inside are relative to address().
  std::span<const std::byte> bytes() const noexcept { return {buffer_.get(), length_}; }
  std::uint64_t address() const noexcept { return reinterpret_cast<std::uintptr_t>(buffer_.get()); }

 private:
  void grow(std::size_t size);

  std::unique_ptr<std::byte[]> buffer_;
  std::size_t size_ = 0;
  std::size_t length_ = 0;
};

} // namespace reeve::os
