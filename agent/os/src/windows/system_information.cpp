// SPDX-License-Identifier: Apache-2.0
#include "windows/system_information.hpp"

#include "reeve/base/strings.hpp"
#include "windows/error.hpp"
#include "windows/windows.hpp"

namespace reeve::os {

namespace {

constexpr auto status_info_length_mismatch = static_cast<NTSTATUS>(0xC0000004L);
constexpr std::size_t first_size = 16 * 1024; // the first reading finds out what this machine needs
constexpr std::size_t headroom = 64 * 1024;   // what is added to the list between two attempts
// 100,000 processes of 20 threads need 190 MB, 16 million handles, the most of one process, 640 MB.
constexpr std::size_t max_size = 1024 * 1024 * 1024;

} // namespace

result<> system_information::read() {
  if (!buffer_) grow(first_size);
  for (;;) {
    ULONG length = 0;
    const NTSTATUS status = NtQuerySystemInformation(static_cast<SYSTEM_INFORMATION_CLASS>(class_),
                                                     buffer_.get(), static_cast<ULONG>(size_), &length);
    if (NT_SUCCESS(status)) {
      // Where the system does not tell the length, the parser gets all and stops at the end of the chain.
      length_ = length != 0 && length <= size_ ? length : size_;
      return {};
    }
    length_ = 0;
    if (status != status_info_length_mismatch) return nt_error(status, cat("cannot read ", what_));
    const std::size_t wanted = (length > size_ ? length : size_ * 2) + headroom;
    if (wanted > max_size)
      return error{errc::limit, cat("cannot read ", what_, ": it is larger than 1 GiB"), 0};
    grow(wanted);
  }
}

void system_information::grow(std::size_t size) {
  buffer_.reset(new std::byte[size]()); // zeroed: an entry the system did not write ends the chain
  size_ = size;
  length_ = 0;
}

} // namespace reeve::os
