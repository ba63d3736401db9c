// SPDX-License-Identifier: Apache-2.0
#include "windows/direct_counters.hpp"

#include "parse/windows_processor_times.hpp"
#include "windows/error.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>
#include <psapi.h>

#include <algorithm>
#include <span>
#include <string>

namespace reeve::os {

namespace {

constexpr std::size_t max_processors = 64; // of one group ("Processor Groups")
constexpr std::size_t buffer_size = max_processors * parse::processor_times_size;
static_assert(sizeof(SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION) == parse::processor_times_size);

struct free_table {
  void operator()(MIB_IF_TABLE2* t) const noexcept { FreeMibTable(t); }
};

} // namespace

result<> direct_counters::read_cpu(counter_sink& out) {
  if (!buffer_) buffer_ = std::make_unique<std::byte[]>(buffer_size);
  ULONG length = 0;
  const NTSTATUS status = NtQuerySystemInformation(SystemProcessorPerformanceInformation, buffer_.get(),
                                                   static_cast<ULONG>(buffer_size), &length);
  if (!NT_SUCCESS(status)) return nt_error(status, "cannot read the times of the processors");
  if (!parse::parse_processor_times(std::span(buffer_.get(), std::min<std::size_t>(length, buffer_size)),
                                    out))
    return error{errc::failed, "the system tells the times of no processor"};
  return {};
}

result<> direct_counters::read_memory(counter_sink& out) {
  PERFORMANCE_INFORMATION p{};
  p.cb = sizeof p;
  if (!K32GetPerformanceInfo(&p, sizeof p))
    return windows_error(GetLastError(), "cannot read the use of memory");
  const auto bytes = [&p](SIZE_T pages) {
    return static_cast<double>(pages) * static_cast<double>(p.PageSize);
  };
  out.put(measure::memory_total_bytes, bytes(p.PhysicalTotal));
  out.put(measure::memory_available_bytes, bytes(p.PhysicalAvailable));
  out.put(measure::memory_cached_bytes, bytes(p.SystemCache));
  out.put(measure::memory_committed_bytes, bytes(p.CommitTotal));
  out.put(measure::memory_commit_limit_bytes, bytes(p.CommitLimit));
  return {};
}

result<> direct_counters::read_filesystems(counter_sink& out) {
  const DWORD drives = GetLogicalDrives();
  if (drives == 0) return windows_error(GetLastError(), "cannot list the drives");
  for (char letter = 'A'; letter <= 'Z'; ++letter) {
    if ((drives >> (letter - 'A') & 1) == 0) continue;
    const wchar_t root[] = {static_cast<wchar_t>(letter), L':', L'\\', L'\0'};
    if (GetDriveTypeW(root) != DRIVE_FIXED) continue;
    ULARGE_INTEGER available{}, size{}, free{};
    if (!GetDiskFreeSpaceExW(root, &available, &size, &free)) continue; // locked, not formatted
    const char place[] = {letter, ':', '\\'};
    const std::string_view name(place, sizeof place);
    out.put(measure::filesystem_size_bytes, static_cast<double>(size.QuadPart), name);
    out.put(measure::filesystem_free_bytes, static_cast<double>(free.QuadPart), name);
    out.put(measure::filesystem_available_bytes, static_cast<double>(available.QuadPart), name);
  }
  return {};
}

result<> direct_counters::read_network(counter_sink& out) {
  MIB_IF_TABLE2* raw = nullptr;
  if (const auto status = GetIfTable2(&raw); status != NO_ERROR)
    return windows_error(static_cast<std::uint32_t>(status), "cannot list the network interfaces");
  const std::unique_ptr<MIB_IF_TABLE2, free_table> table(raw);
  std::string name;
  for (ULONG i = 0; i < table->NumEntries; ++i) {
    const MIB_IF_ROW2& r = table->Table[i];
    const bool silent = r.InOctets == 0 && r.OutOctets == 0;
    if (r.InterfaceAndOperStatusFlags.FilterInterface) continue;
    if (silent && !r.InterfaceAndOperStatusFlags.HardwareInterface) continue;
    name.clear();
    append_utf8(name, r.Alias);
    const auto put = [&](measure m, ULONG64 value) {
      out.put(m, static_cast<double>(value), name, {}, r.InterfaceLuid.Value);
    };
    put(measure::network_receive_bytes, r.InOctets);
    put(measure::network_transmit_bytes, r.OutOctets);
    put(measure::network_receive_packets, r.InUcastPkts + r.InNUcastPkts);
    put(measure::network_transmit_packets, r.OutUcastPkts + r.OutNUcastPkts);
    put(measure::network_receive_errors, r.InErrors);
    put(measure::network_transmit_errors, r.OutErrors);
    put(measure::network_receive_drops, r.InDiscards);
    put(measure::network_transmit_drops, r.OutDiscards);
  }
  return {};
}

} // namespace reeve::os
