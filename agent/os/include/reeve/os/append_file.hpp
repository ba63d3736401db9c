// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace reeve::os {

// A file that is only appended to, which others may read, rename and remove meanwhile.
class append_file {
 public:
  static result<append_file>
  open(const std::string& path); // made, readable by its owner and group, where it is not there
  append_file() noexcept = default;
  append_file(append_file&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
  append_file& operator=(append_file&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~append_file();

  std::size_t write(std::string_view bytes) noexcept; // how many were written: fewer when the disk is full
  result<> flush() noexcept; // what was written is on the disk, and outlives a power failure
  std::uint64_t size_bytes() const noexcept;
  bool is_at(const std::string& path) const noexcept; // false once it was renamed or removed

 private:
  std::intptr_t handle_ = -1; // a descriptor or a HANDLE
};

bool rename_over(const std::string& from, const std::string& to) noexcept;
void remove_file(const std::string& path) noexcept;

} // namespace reeve::os
