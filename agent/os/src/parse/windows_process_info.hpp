// SPDX-License-Identifier: Apache-2.0
// What NtQuerySystemInformation(SystemProcessInformation) writes on 64-bit Windows, turned into rows. No system header:
// built and tested everywhere.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/process_table.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace reeve::os::parse {

// Layout of the 64-bit kernel, the same since Windows 7. The published part is in winternl.h and in Microsoft's page
// "NtQuerySystemInformation function (winternl.h)"; the members that page calls reserved are named after System
// Informer's phnt headers (ntexapi.h).
struct windows_unicode_string {
  std::uint16_t length; // in bytes
  std::uint16_t maximum_length;
  std::uint32_t padding;
  std::uint64_t buffer; // address in the reading process
};

struct windows_thread_information {
  std::int64_t kernel_time; // 100 ns
  std::int64_t user_time;
  std::int64_t create_time;
  std::uint32_t wait_time;
  std::uint32_t padding1;
  std::uint64_t start_address;
  std::uint64_t process_id;
  std::uint64_t thread_id;
  std::int32_t priority;
  std::int32_t base_priority;
  std::uint32_t context_switches;
  std::uint32_t thread_state; // KTHREAD_STATE
  std::uint32_t wait_reason;  // KWAIT_REASON
  std::uint32_t padding2;
};
static_assert(sizeof(windows_thread_information) == 80);

struct windows_process_information {
  std::uint32_t next_entry_offset; // from the start of this entry; 0: the last one
  std::uint32_t number_of_threads; // so many windows_thread_information follow this struct
  std::int64_t working_set_private_size;
  std::uint32_t hard_fault_count;
  std::uint32_t number_of_threads_high_watermark;
  std::uint64_t cycle_time;
  std::int64_t create_time; // FILETIME: 100 ns since 1601
  std::int64_t user_time;   // 100 ns
  std::int64_t kernel_time;
  windows_unicode_string image_name; // no path; empty for the idle process
  std::int32_t base_priority;
  std::uint32_t padding1;
  std::uint64_t unique_process_id;
  std::uint64_t inherited_from_unique_process_id;
  std::uint32_t handle_count;
  std::uint32_t session_id;
  std::uint64_t unique_process_key;
  std::uint64_t peak_virtual_size;
  std::uint64_t virtual_size;
  std::uint32_t page_fault_count; // soft and hard ones together; wraps
  std::uint32_t padding2;
  std::uint64_t peak_working_set_size;
  std::uint64_t working_set_size;
  std::uint64_t quota_peak_paged_pool_usage;
  std::uint64_t quota_paged_pool_usage;
  std::uint64_t quota_peak_non_paged_pool_usage;
  std::uint64_t quota_non_paged_pool_usage;
  std::uint64_t pagefile_usage;
  std::uint64_t peak_pagefile_usage;
  std::uint64_t private_page_count; // bytes, whatever its name says
  std::int64_t read_operation_count;
  std::int64_t write_operation_count;
  std::int64_t other_operation_count;
  std::int64_t read_transfer_count;
  std::int64_t write_transfer_count;
  std::int64_t other_transfer_count;
};
static_assert(sizeof(windows_process_information) == 256);
static_assert(offsetof(windows_process_information, image_name) == 56);
static_assert(offsetof(windows_process_information, unique_process_id) == 80);
static_assert(offsetof(windows_process_information, page_fault_count) == 128);
static_assert(offsetof(windows_process_information, other_transfer_count) == 248);

// The fields this table carries; executable, command line and user are not among them.
inline constexpr process_fields windows_process_information_fields =
    process_field::parent | process_field::state | process_field::cpu | process_field::resident_memory |
    process_field::virtual_memory | process_field::private_memory | process_field::threads |
    process_field::open_handles | process_field::io | process_field::page_faults |
    process_field::context_switches | process_field::start_time;

// Fills out.rows, out.text and out.unreadable anew (keeping their memory) from `buffer`, which the system wrote when
// it lay at `address`. Fails when an entry or its threads reach beyond the buffer or the chain of entries does not go
// forward; `out` is then unspecified. A name that does not lie in the buffer becomes "?" and is counted as failed.
//
// voluntary_switches is the sum over the threads that live now, so it may be less than in an earlier reading.
//
// The idle process (pid 0) is named "System Idle Process" and has no cpu field: what the kernel counts there is the
// time in which no process ran.
result<> parse_windows_processes(std::span<const std::byte> buffer, std::uint64_t address,
                                 process_fields wanted, process_rows& out);

// 100 ns since 1601-01-01 UTC to ns since 1970-01-01 UTC.
std::int64_t unix_ns_of_filetime(std::int64_t filetime) noexcept;

} // namespace reeve::os::parse
