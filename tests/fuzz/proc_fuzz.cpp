// SPDX-License-Identifier: Apache-2.0
// What the system hands over, as any bytes. The first one chooses the parser.
#include "parse/descriptor_link.hpp"
#include "parse/handle_name_lines.hpp"
#include "parse/inet_diag.hpp"
#include "parse/linux_counters.hpp"
#include "parse/pdh_path.hpp"
#include "parse/posix_tz.hpp"
#include "parse/proc_locks.hpp"
#include "parse/proc_pid.hpp"
#include "parse/systemd_show.hpp"
#include "parse/tzif.hpp"
#include "parse/windows_handle_list.hpp"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace parse = reeve::os::parse;

namespace {

void parse_process(std::string_view text) {
  (void)parse::parse_stat(text);
  (void)parse::parse_statm(text);
  (void)parse::parse_status(text);
  (void)parse::parse_io(text);
  (void)parse::parse_open_files_limit(text);
  (void)parse::without_deleted(text);
  (void)parse::parse_boot_time(text);
  (void)parse::parse_socket_link(text);
  (void)parse::parse_pid(text);
  (void)parse::parse_descriptor_link(text);
}

void parse_locks(std::string_view text) {
  std::vector<parse::lock_line> locks;
  (void)parse::parse_lock_line(text);
  (void)parse::parse_locks(text, locks);
  (void)parse::parse_fd_info(text, locks);
  std::vector<parse::mount_device> mounts;
  parse::parse_mount_devices(text, mounts);
  parse::each_mapping(text, [](const parse::mapping&) {});
  (void)parse::parse_syscall(text);
}

void parse_words(std::string_view text) {
  (void)parse::parse_handle_question(text);
  (void)parse::parse_handle_answer(text);
  (void)parse::parse_pdh_path(text);
  (void)parse::parse_posix_tz(text);
  (void)parse::parse_systemd_show(text);
  parse::mount_line mount;
  (void)parse::parse_mount(text, mount);
  std::array<char, 4096> room{};
  (void)parse::unescape_mount(text, room);
  (void)parse::cgroup_of_self(text);
}

void parse_bytes(std::span<const std::byte> bytes) {
  (void)parse::parse_tzif(bytes);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
  case 0:
    parse_process(text);
    break;
  case 1:
    parse_locks(text);
    break;
  case 2:
    parse_words(text);
    break;
  default:
    parse_bytes(std::as_bytes(std::span(text.data(), text.size())));
    break;
  }
  return 0;
}
