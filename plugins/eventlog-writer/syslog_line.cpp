// SPDX-License-Identifier: Apache-2.0
#include "syslog_line.hpp"

#include "journal_entry.hpp"

#include <array>
#include <cstdio>

namespace reeve::eventlog_writer {

namespace {
constexpr int daemon_facility = 3 << 3;
constexpr std::size_t max_message_bytes = 7'900; // rsyslog and syslog-ng take lines of 8 KiB by default
} // namespace

std::string syslog_line(const record& r, std::string_view identifier, long pid, const std::tm& local) {
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 64> head{};
  std::snprintf(head.data(), head.size(), "<%d>%s %2d %02d:%02d:%02d ",
                daemon_facility | priority_of(r.severity),
                months[static_cast<std::size_t>(local.tm_mon) % months.size()], local.tm_mday, local.tm_hour,
                local.tm_min, local.tm_sec);
  std::string out = head.data();
  out += identifier;
  out += "[" + std::to_string(pid) + "]: ";
  return out + one_line(r, max_message_bytes);
}

} // namespace reeve::eventlog_writer
