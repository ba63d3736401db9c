// SPDX-License-Identifier: Apache-2.0
#include "windows/process_list.hpp"

#include "windows/error.hpp"
#include "windows/windows.hpp"

namespace reeve::os {

namespace {

constexpr auto status_info_length_mismatch = static_cast<NTSTATUS>(0xC0000004L);
constexpr std::size_t first_size = 16 * 1024; // the first reading finds out what this machine needs
constexpr std::size_t headroom = 64 * 1024;   // processes and threads that start between two attempts
// 100,000 processes of 20 threads need 190 MB; more than this is not a process list.
constexpr std::size_t max_size = 1024 * 1024 * 1024;

} // namespace

result<> process_list::read() {
  if (!buffer_) grow(first_size);
  for (;;) {
    ULONG length = 0;
    const NTSTATUS status =
        NtQuerySystemInformation(SystemProcessInformation, buffer_.get(), static_cast<ULONG>(size_), &length);
    if (NT_SUCCESS(status)) {
      // Where the system does not tell the length, the parser gets all and stops at the end of the chain.
      length_ = length != 0 && length <= size_ ? length : size_;
      return {};
    }
    length_ = 0;
    if (status != status_info_length_mismatch) return nt_error(status, "cannot read the process list");
    const std::size_t wanted = (length > size_ ? length : size_ * 2) + headroom;
    if (wanted > max_size) return error{errc::limit, "the system's process list is larger than 1 GiB"};
    grow(wanted);
  }
}

void process_list::grow(std::size_t size) {
  buffer_.reset(new std::byte[size]()); // zeroed: an entry the system did not write ends the chain
  size_ = size;
  length_ = 0;
}

} // namespace reeve::os
