// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace reeve::os {

// NtQuerySystemInformation of one class into a buffer that grows to what this machine needs and is kept.
class system_information {
 public:
  // `what` completes "cannot read ...", and lives as long as this.
  system_information(int information_class, const char* what) noexcept
      : class_(information_class), what_(what) {}

  result<> read();

  // What the last read() got; the system's pointers inside are relative to address().
  std::span<const std::byte> bytes() const noexcept { return {buffer_.get(), length_}; }
  std::uint64_t address() const noexcept { return reinterpret_cast<std::uintptr_t>(buffer_.get()); }

 private:
  void grow(std::size_t size);

  int class_;
  const char* what_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t size_ = 0;
  std::size_t length_ = 0;
};

} // namespace reeve::os
