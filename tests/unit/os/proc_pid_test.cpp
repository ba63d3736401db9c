// SPDX-License-Identifier: Apache-2.0
#include "parse/proc_pid.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <string>

namespace {

using namespace reeve::os::parse;

const std::string tail = " S 17 300 300 0 -1 4194560 120 7 3 1 250 130 11 12 20 0 4 0 5000 10485760 600 "
                         "18446744073709551615 1 1 140736000000000 0 0 0 0\n";
const std::string status_text =
    "Name:\tVmSwap:\\nVmSwap: 9 kB\nUmask:\t0022\nState:\tS (sleeping)\nVmSwap:\t      12 kB\n"
    "Threads:\t4\nvoluntary_ctxt_switches:\t41\nnonvoluntary_ctxt_switches:\t5\n";
const std::string io_text = "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 81920\n"
                            "cancelled_write_bytes: 99\n";
const std::string limits_text =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max processes             63204                63204                processes \n"
    "Max open files            1024                 524288               files     \n"
    "Max locked memory         8388608              8388608              bytes     \n";

// Every beginning of the text, each in memory of exactly its size, so that a sanitizer sees a read past its
// end.
void each_truncation(const std::string& text, const std::function<void(std::string_view)>& see) {
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto copy = std::make_unique<char[]>(length);
    text.copy(copy.get(), length);
    see({copy.get(), length});
  }
}

TEST(parse_stat, reads_the_fields_by_their_place) {
  const std::string text = "300 (prog)" + tail;
  const auto stat = parse_stat(text);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, 300u);
  EXPECT_EQ(stat->comm, "prog");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->ppid, 17u);
  EXPECT_EQ(stat->flags, 4194560u);
  EXPECT_EQ(stat->minor_faults, 120u);
  EXPECT_EQ(stat->major_faults, 3u);
  EXPECT_EQ(stat->user_ticks, 250u);
  EXPECT_EQ(stat->system_ticks, 130u);
  EXPECT_EQ(stat->threads, 4u);
  EXPECT_EQ(stat->start_ticks, 5000u);
  EXPECT_TRUE(stat->has_memory);
  EXPECT_EQ(stat->virtual_bytes, 10485760u);
  EXPECT_EQ(stat->resident_pages, 600u);
  EXPECT_EQ(stat->start_stack, 140736000000000u);
}

TEST(parse_stat, counts_from_the_last_parenthesis) {
  for (const std::string name :
       {"a) b (c", ") S 1 1 1 1", "", "new\nline", "((((", "))))", "\xff\xfe", " "}) {
    const std::string text = "300 (" + name + ")" + tail;
    const auto stat = parse_stat(text);
    ASSERT_TRUE(stat) << name;
    EXPECT_EQ(stat->comm, name);
    EXPECT_EQ(stat->ppid, 17u) << name;
    EXPECT_EQ(stat->start_ticks, 5000u) << name;
  }
}

TEST(parse_stat, takes_pids_of_32_bits_and_none_beyond) {
  EXPECT_EQ(parse_stat("4294967295 (x)" + tail)->pid, 4294967295u);
  EXPECT_FALSE(parse_stat("4294967296 (x)" + tail));
  EXPECT_FALSE(parse_stat("-1x (x)" + tail));
}

TEST(parse_stat, an_old_kernel_writes_fewer_fields) {
  const std::string to_start = "9 (old) S 17 300 300 0 -1 64 120 7 3 1 250 130 11 12 20 0 1 0 5000";
  const auto short_one = parse_stat(to_start + "\n");
  ASSERT_TRUE(short_one);
  EXPECT_EQ(short_one->start_ticks, 5000u);
  EXPECT_FALSE(short_one->has_memory);
  const std::string with_memory = to_start + " 8192 2\n";
  const auto with = parse_stat(with_memory);
  ASSERT_TRUE(with);
  EXPECT_TRUE(with->has_memory);
  EXPECT_EQ(with->resident_pages, 2u);
  EXPECT_EQ(with->start_stack, 0u);
}

TEST(parse_stat, a_cut_text_fails_or_gives_whole_numbers) {
  const std::string text = "300 (a) b (c)" + tail;
  std::size_t parsed = 0, failed = 0;
  each_truncation(text, [&](std::string_view cut) {
    const auto stat = parse_stat(cut);
    if (!stat) {
      ++failed;
      return;
    }
    ++parsed;
    EXPECT_EQ(stat->comm, "a) b (c");
    EXPECT_EQ(stat->start_ticks, 5000u) << cut;
    if (stat->has_memory) {
      EXPECT_EQ(stat->resident_pages, 600u) << cut;
    }
    EXPECT_TRUE(stat->start_stack == 0 || stat->start_stack == 140736000000000u) << cut;
  });
  EXPECT_GT(parsed, 50u);
  EXPECT_GT(failed, 50u);
}

TEST(parse_stat, refuses_what_is_no_stat_line) {
  for (const std::string_view text : {"", "\n", "()", "1 ()", "1 (x) S", "1 x S 1 2 3", ")(",
                                      "1 (x)S 17 300 300 0 -1 0 "
                                      "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n",
                                      "1 (x) S a b c d e f g h i j k l m n o p q r s t\n"})
    EXPECT_FALSE(parse_stat(text)) << text;
}

TEST(parse_statm, reads_three_numbers_and_no_half_ones) {
  const std::string text = "2560 600 200 10 0 300 0\n";
  each_truncation(text, [](std::string_view cut) {
    const auto pages = parse_statm(cut);
    EXPECT_EQ(pages.has_value(), cut.size() >= 13) << cut;
    if (!pages) return;
    EXPECT_EQ(pages->size_pages, 2560u);
    EXPECT_EQ(pages->resident_pages, 600u);
    EXPECT_EQ(pages->shared_pages, 200u);
  });
}

TEST(parse_status, finds_lines_and_is_not_fooled_by_the_name) {
  const auto status = parse_status(status_text);
  EXPECT_EQ(status.swap_bytes, 12u * 1024);
  EXPECT_EQ(status.voluntary_switches, 41u);
  EXPECT_EQ(status.involuntary_switches, 5u);
  each_truncation(status_text, [](std::string_view cut) {
    const auto part = parse_status(cut);
    EXPECT_TRUE(!part.swap_bytes || *part.swap_bytes == 12u * 1024) << cut;
    EXPECT_TRUE(!part.voluntary_switches || *part.voluntary_switches == 41u) << cut;
    EXPECT_TRUE(!part.involuntary_switches || *part.involuntary_switches == 5u) << cut;
  });
}

TEST(parse_io, reads_storage_bytes) {
  const auto bytes = parse_io(io_text);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->read_bytes, 4096u);
  EXPECT_EQ(bytes->write_bytes, 81920u); // not the cancelled ones
  each_truncation(io_text, [](std::string_view cut) {
    const auto part = parse_io(cut);
    if (part) {
      EXPECT_EQ(part->write_bytes, 81920u) << cut;
    }
  });
  EXPECT_FALSE(parse_io("read_bytes: 99999999999999999999999\nwrite_bytes: 1\n"));
}

TEST(parse_limits, reads_the_soft_limit_of_open_files) {
  EXPECT_EQ(parse_open_files_limit(limits_text), 1024u);
  EXPECT_EQ(
      parse_open_files_limit("Max open files            unlimited            unlimited            files\n"),
      std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(parse_open_files_limit("Max open files            some\n"));
  EXPECT_FALSE(parse_open_files_limit("Max processes             7\n"));
  each_truncation(limits_text, [](std::string_view cut) {
    const auto limit = parse_open_files_limit(cut);
    if (limit) {
      EXPECT_EQ(*limit, 1024u) << cut;
    }
  });
}

TEST(command_line, joins_arguments_by_single_blanks) {
  using namespace std::string_literals;
  const auto line = [](const std::string& text, std::size_t limit = 4096) {
    std::string out = "left over";
    assign_command_line(out, text, limit);
    return out;
  };
  EXPECT_EQ(line(""), "");
  EXPECT_EQ(line("\0\0\0"s), "");
  EXPECT_EQ(line("one"), "one");
  EXPECT_EQ(line("one\0"s), "one");
  EXPECT_EQ(line("one\0two words\0"s), "one two words");
  EXPECT_EQ(line("one\0\0three\0\0\0\0"s),
            "one  three"); // an empty argument in between, a padded title at the end
  EXPECT_EQ(line("abcdef\0x"s, 4), "abcd");
}

TEST(pid_of_a_folder, is_a_whole_number) {
  EXPECT_EQ(parse_pid("1"), 1u);
  EXPECT_EQ(parse_pid("4294967295"), 4294967295u);
  for (const std::string_view text : {"", "x", "1x", "-1", "+1", " 1", "4294967296", "99999999999"})
    EXPECT_FALSE(parse_pid(text)) << text;
}

TEST(socket_link, is_a_number_in_brackets) {
  EXPECT_EQ(parse_socket_link("socket:[123]"), 123u);
  EXPECT_EQ(parse_socket_link("socket:[18446744073709551615]"), 18446744073709551615u);
  for (const char* text : {"", "socket:", "socket:[]", "socket:[12", "socket:[12]x", "socket:[-1]",
                           "pipe:[123]", "socket:[18446744073709551616]", "/tmp/socket:[1]"})
    EXPECT_FALSE(parse_socket_link(text)) << text;
}

TEST(boot_time, is_a_line_of_its_own) {
  EXPECT_EQ(parse_boot_time("cpu 1 2\nxbtime 3\nbtime 1700000000\n"), 1700000000u);
  EXPECT_FALSE(parse_boot_time("cpu 1 2\nbtime 17"));
}

TEST(executable, loses_the_mark_of_a_removed_file) {
  EXPECT_EQ(without_deleted("/opt/a (deleted)"), "/opt/a");
  EXPECT_EQ(without_deleted("/opt/a (deleted) b"), "/opt/a (deleted) b");
  EXPECT_EQ(without_deleted(""), "");
}

} // namespace
