// SPDX-License-Identifier: Apache-2.0
// The kernel's texts about locks, as recorded on Linux 6.18 and as its sources say.
#include "parse/proc_locks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace reeve::os::parse {
namespace {

std::vector<lock_line> parse(std::string_view text, std::size_t expected_bad = 0) {
  std::vector<lock_line> out;
  EXPECT_EQ(parse_locks(text, out), expected_bad);
  return out;
}

TEST(proc_locks, each_kind_is_read_with_its_file_mode_and_range) {
  const auto lines =
      parse("1: FLOCK  ADVISORY  READ 15901 00:1b:11 0 EOF\n"
            "2: OFDLCK ADVISORY  WRITE -1 00:1b:11 0 9\n"
            "3: POSIX  ADVISORY  WRITE 711 fe:01:4294967298 9223372036854775806 9223372036854775806\n"
            "4: LEASE  BREAKING  READ 12 103:05:7 0 EOF\n"
            "5: DELEG  ACTIVE    WRITE 13 08:01:8 0 EOF\n"
            "6: ACCESS ADVISORY  READ 14 08:01:9 1073741826 1073742335\n");
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0].what, (lock_identity{device_number(0, 0x1b), 11, lock_kind::flock, lock_mode::read,
                                          15901, 0, lock_to_the_end}));
  EXPECT_EQ(lines[1].what,
            (lock_identity{device_number(0, 0x1b), 11, lock_kind::ofd, lock_mode::write, -1, 0, 9}));
  EXPECT_EQ(lines[2].what,
            (lock_identity{device_number(0xfe, 1), 4294967298u, lock_kind::posix, lock_mode::write, 711,
                           9223372036854775806u, 9223372036854775806u}));
  EXPECT_EQ(lines[3].what.kind, lock_kind::lease);
  EXPECT_EQ(lines[3].what.device, device_number(0x103, 5));
  EXPECT_TRUE(lines[3].breaking);
  EXPECT_EQ(lines[4].what.kind, lock_kind::delegation);
  EXPECT_EQ(lines[5].what.kind, lock_kind::posix);
  for (const lock_line& line : lines) {
    EXPECT_EQ(line.level, 0u);
    EXPECT_TRUE(line.has_file);
  }
}

TEST(proc_locks, waiters_have_a_level_and_may_wait_behind_waiters) {
  const auto lines = parse("1: POSIX  ADVISORY  WRITE 10 08:01:5 0 EOF\n"
                           "1: -> POSIX  ADVISORY  WRITE 11 08:01:5 0 EOF\n"
                           "1:  -> POSIX  ADVISORY  WRITE 12 08:01:5 0 EOF\n"
                           "1:   -> POSIX  ADVISORY  READ 13 08:01:5 0 EOF\n"
                           "1: -> POSIX  ADVISORY  READ 14 08:01:5 0 1\n");
  ASSERT_EQ(lines.size(), 5u);
  const std::uint32_t levels[] = {0, 1, 2, 3, 1};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(lines[i].level, levels[i]) << i;
}

TEST(proc_locks, who_breaks_a_lease_names_no_file) {
  const auto lines = parse("1: LEASE  BREAKING  READ 20 08:01:5 0 EOF\n"
                           "1: -> LEASE  BREAKER   WRITE 21 <none>:0 0 EOF\n"
                           "2: POSIX  *NOINODE* WRITE 22 <none>:0 0 EOF\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_FALSE(lines[1].has_file);
  EXPECT_EQ(lines[1].level, 1u);
  EXPECT_EQ(lines[1].what.pid, 21);
  EXPECT_FALSE(lines[2].has_file);
}

TEST(proc_locks, remote_and_foreign_takers_keep_what_the_kernel_says) {
  const auto lines =
      parse("1: POSIX  ADVISORY  READ -4711 00:2f:9 0 EOF\n2: FLOCK  ADVISORY  WRITE 0 00:2f:9 0 EOF\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].what.pid, -4711);
  EXPECT_EQ(lines[1].what.pid, 0);
}

TEST(proc_locks, a_text_cut_anywhere_never_yields_another_lock) {
  const std::string whole = "1: POSIX  ADVISORY  WRITE 1234 08:01:56789 10 2000\n"
                            "1: -> POSIX  ADVISORY  READ 1235 08:01:56789 10 EOF\n";
  const auto all = parse(whole);
  ASSERT_EQ(all.size(), 2u);
  const std::size_t first = whole.find('\n') + 1;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    std::vector<lock_line> out;
    const std::size_t bad = parse_locks(std::string_view(whole).substr(0, length), out);
    const bool at_a_line = length == 0 || length == first || length == whole.size();
    EXPECT_EQ(bad, at_a_line ? 0u : 1u) << length;
    EXPECT_EQ(out.size(), length < first ? 0u : length < whole.size() ? 1u : 2u) << length;
    for (std::size_t i = 0; i < out.size(); ++i)
      EXPECT_EQ(out[i].what, all[i].what) << length;
  }
}

TEST(proc_locks, lines_that_make_no_sense_are_counted) {
  parse("\n", 1);
  parse("1 POSIX ADVISORY WRITE 1 08:01:5 0 EOF\n", 1);
  parse("1: POSIX  ADVISORY  SHOUT 1 08:01:5 0 EOF\n", 1);
  parse("1: POSIX  ADVISORY  WRITE x 08:01:5 0 EOF\n", 1);
  parse("1: POSIX  ADVISORY  WRITE 1 08:5 0 EOF\n", 1);
  parse("1: POSIX  ADVISORY  WRITE 1 zz:01:5 0 EOF\n", 1);
  parse("1: POSIX  ADVISORY  WRITE 1 08:01:5 0 -3\n", 1);
  parse("1: POSIX  ADVISORY  WRITE 1 08:01:5 0 EOF more\n", 1);
  parse("1: POSIX  ADVISORY  WRITE 1 08:01:99999999999999999999 0 EOF\n", 1);
}

TEST(fd_info, flags_mount_inode_and_locks) {
  std::vector<lock_line> locks;
  const auto info = parse_fd_info("pos:\t100\nflags:\t02100002\nmnt_id:\t30\nino:\t11\n"
                                  "lock:\t1: OFDLCK ADVISORY  WRITE -1 00:1b:11 0 9\n"
                                  "lock:\t2: FLOCK  ADVISORY  READ 15901 00:1b:11 0 EOF\n",
                                  locks);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->flags, 02100002u);
  EXPECT_EQ(info->mount, 30u);
  EXPECT_EQ(info->inode, 11u);
  ASSERT_EQ(locks.size(), 2u);
  EXPECT_EQ(locks[0].what.kind, lock_kind::ofd);
  EXPECT_EQ(locks[1].what.pid, 15901);
}

TEST(fd_info, an_older_kernel_names_no_inode_and_a_cut_text_is_nothing) {
  std::vector<lock_line> locks;
  const auto older = parse_fd_info("pos:\t0\nflags:\t0100000\nmnt_id:\t9\n", locks);
  ASSERT_TRUE(older);
  EXPECT_FALSE(older->inode);
  EXPECT_FALSE(parse_fd_info("pos:\t0\nflags:\t01", locks));
  EXPECT_TRUE(locks.empty());
}

TEST(mount_devices, are_read_from_each_line) {
  std::vector<mount_device> out;
  parse_mount_devices("22 27 0:21 / /proc rw,relatime - proc proc rw\n"
                      "36 35 259:2 /sub /mnt\\0402 rw master:1 - btrfs /dev/root rw\nbad\n41 22 8:",
                      out);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].mount, 22u);
  EXPECT_EQ(out[0].device, device_number(0, 21));
  EXPECT_EQ(out[1].device, device_number(259, 2));
}

TEST(mappings, of_files_are_read_and_others_left_out) {
  std::vector<mapping> out;
  each_mapping("55d0-55d1 r-xp 00002000 fe:01 1234                       /usr/bin/a program (deleted)\n"
               "7f00-7f01 rw-s 00000000 00:1b 11                         /dev/shm/x\n"
               "7f02-7f03 rw-p 00000000 00:1b 11                         /dev/shm/x\n"
               "7ffe-7fff rw-p 00000000 00:00 0                          [stack]\n"
               "7fff-8000 r-xp 000",
               [&](const mapping& m) { out.push_back(m); });
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].device, device_number(0xfe, 1));
  EXPECT_EQ(out[0].inode, 1234u);
  EXPECT_FALSE(out[0].writes_to_file);
  EXPECT_TRUE(out[1].writes_to_file);
  EXPECT_FALSE(out[2].writes_to_file);
}

TEST(syscall_text, a_sleeping_threads_call_is_read_and_a_running_ones_is_not) {
  const auto call = parse_syscall("72 0x4 0x26 0x7ffe6c313b50 0x0 0x0 0x0 0x7ffe6c313ac0 0x7f0e75cbc810\n");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->number, 72u);
  EXPECT_EQ(call->first, 4u);
  EXPECT_EQ(call->second, 0x26u);
  EXPECT_FALSE(parse_syscall("running\n"));
  EXPECT_FALSE(parse_syscall("-1 0x7ffe 0x7f0e\n"));
  EXPECT_FALSE(parse_syscall(""));
}

} // namespace
} // namespace reeve::os::parse
