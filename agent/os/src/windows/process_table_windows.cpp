// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_process_info.hpp"
#include "reeve/os/process_table.hpp"
#include "windows/error.hpp"
#include "windows/process_details.hpp"
#include "windows/windows.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace reeve::os {

namespace {

constexpr auto status_info_length_mismatch = static_cast<NTSTATUS>(0xC0000004L);
constexpr std::size_t first_size = 16 * 1024; // the first reading finds out what this machine needs
constexpr std::size_t headroom = 64 * 1024; // processes and threads that start between two attempts
// 100,000 processes of 20 threads need 190 MB; more than this is not a process list.
constexpr std::size_t max_size = 1024 * 1024 * 1024;

class process_table_windows final : public process_table {
 public:
  explicit process_table_windows(const process_table_options& options)
      : short_lived_unavailable_(options.watch_short_lived
                                     ? "Windows tells of starts and exits only through an event-tracing session, "
                                       "which this agent does not open"
                                     : "") {}

  result<> read(process_fields wanted, process_rows& out) override {
    auto written = query();
    if (!written) return written.error();
    out.short_lived.clear();
    const std::span bytes(buffer_.get(), *written);
    if (auto parsed =
            parse::parse_windows_processes(bytes, reinterpret_cast<std::uintptr_t>(buffer_.get()), wanted, out);
        !parsed)
      return parsed;
    details_.add_to(out, wanted);
    return {};
  }

  std::string_view backend() const noexcept override { return "ntquery"; }
  std::string_view short_lived_unavailable() const noexcept override { return short_lived_unavailable_; }

 private:
  // Fills buffer_ with the system's process list; returns its length.
  result<std::size_t> query() {
    if (!buffer_) grow(first_size);
    for (;;) {
      ULONG length = 0;
      const NTSTATUS status =
          NtQuerySystemInformation(SystemProcessInformation, buffer_.get(), static_cast<ULONG>(size_), &length);
      // Where the system does not tell the length, all of the buffer is given to the parser, which stops at the end
      // of the chain.
      if (NT_SUCCESS(status)) return length != 0 && length <= size_ ? std::size_t{length} : size_;
      if (status != status_info_length_mismatch) return nt_error(status, "cannot read the process list");
      const std::size_t wanted = (length > size_ ? length : size_ * 2) + headroom;
      if (wanted > max_size) return error{errc::limit, "the system's process list is larger than 1 GiB"};
      grow(wanted);
    }
  }
  void grow(std::size_t size) {
    buffer_.reset(new std::byte[size]); // not zeroed: the system overwrites it
    size_ = size;
  }

  std::unique_ptr<std::byte[]> buffer_;
  std::size_t size_ = 0;
  process_details details_;
  std::string_view short_lived_unavailable_;
};

} // namespace

result<std::unique_ptr<process_table>> process_table::create(const process_table_options& options) {
  return std::unique_ptr<process_table>(std::make_unique<process_table_windows>(options));
}

} // namespace reeve::os
