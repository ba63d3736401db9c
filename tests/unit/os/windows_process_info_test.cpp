// SPDX-License-Identifier: Apache-2.0
#include "parse/utf16.hpp"
#include "parse/windows_process_info.hpp"
#include "tests/unit/os/windows_process_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace reeve::os::parse {
namespace {

using testing::HasSubstr;

class windows_process_info : public testing::Test {
 protected:
  result<> parse(const process_list& list, process_fields wanted = all_process_fields) {
    return parse_windows_processes(list.bytes(), base_address, wanted, out);
  }
  std::string_view name(std::size_t row) const { return out.view(out.rows.at(row).name); }

  process_rows out;
};

TEST_F(windows_process_info, turns_every_column_into_its_field) {
  auto entry = process(1234, 567);
  entry.user_time = 50;   // 5 us
  entry.kernel_time = 70; // 7 us
  entry.working_set_size = 1001;
  entry.virtual_size = 2002;
  entry.private_page_count = 3003;
  entry.pagefile_usage = 9999; // another measure, not used
  entry.working_set_private_size = 8888;
  entry.handle_count = 44;
  entry.read_transfer_count = 55;
  entry.write_transfer_count = 66;
  entry.other_transfer_count = 77;
  entry.page_fault_count = 100;
  entry.hard_fault_count = 30;
  process_list list;
  list.add(entry, u"svc.exe", {thread(5, 6, 10), thread(5, 6, 20), thread(5, 6, 30)});

  ASSERT_TRUE(parse(list));
  ASSERT_EQ(out.rows.size(), 1u);
  const process_row& row = out.rows[0];
  EXPECT_EQ(row.id, (process_id{1234, 133'000'000'000'001'234u}));
  EXPECT_EQ(name(0), "svc.exe");
  EXPECT_EQ(row.ppid, 567u);
  EXPECT_EQ(row.cpu_user_ns, 5000u);
  EXPECT_EQ(row.cpu_system_ns, 7000u);
  EXPECT_EQ(row.resident_bytes, 1001u);
  EXPECT_EQ(row.virtual_bytes, 2002u);
  EXPECT_EQ(row.private_bytes, 3003u);
  EXPECT_EQ(row.open_handles, 44u);
  EXPECT_EQ(row.io_read_bytes, 55u);
  EXPECT_EQ(row.io_write_bytes, 66u);
  EXPECT_EQ(row.major_faults, 30u);
  EXPECT_EQ(row.minor_faults, 70u);
  EXPECT_EQ(row.threads, 3u);
  EXPECT_EQ(row.voluntary_switches, 60u);
  EXPECT_EQ(row.involuntary_switches, 0u);
  EXPECT_EQ(row.state, process_state::sleeping);
  EXPECT_EQ(row.flags, 0u);
  EXPECT_EQ(row.present, windows_process_information_fields);
}

TEST_F(windows_process_info, marks_only_what_was_asked_for_as_present) {
  process_list list;
  list.add(process(8), u"a.exe", {thread(2)});
  ASSERT_TRUE(parse(list, process_field::threads | process_field::user));
  EXPECT_EQ(out.rows.at(0).present, static_cast<process_fields>(process_field::threads));
}

TEST_F(windows_process_info, start_time_is_converted_from_filetime) {
  EXPECT_EQ(unix_ns_of_filetime(116'444'736'000'000'000), 0);
  // 2009-07-25 23:00:00 UTC, the FILETIME of Microsoft's examples.
  EXPECT_EQ(unix_ns_of_filetime(128'930'364'000'000'000), 1'248'562'800'000'000'000);
  EXPECT_EQ(unix_ns_of_filetime(116'444'735'999'999'999), -100);
}

TEST_F(windows_process_info, the_idle_and_system_processes_are_the_kernels_own) {
  auto idle = process(0);
  idle.create_time = 0;
  idle.kernel_time = 1'000'000;
  process_list list;
  list.add(idle, u"", {thread(2)});
  list.add(process(4), u"System", {thread(5, 0)});
  ASSERT_TRUE(parse(list));
  EXPECT_EQ(name(0), "System Idle Process");
  EXPECT_EQ(out.rows[0].state, process_state::idle);
  EXPECT_EQ(out.rows[0].flags, process_row::kernel_thread);
  EXPECT_FALSE(has(out.rows[0].present, process_field::cpu)); // its "cpu time" is the time nothing ran
  EXPECT_FALSE(has(out.rows[0].present, process_field::start_time));
  EXPECT_EQ(name(1), "System");
  EXPECT_EQ(out.rows[1].flags, process_row::kernel_thread);
  EXPECT_TRUE(has(out.rows[1].present, process_field::cpu));
}

TEST_F(windows_process_info, state_follows_the_threads) {
  process_list list;
  list.add(process(10), u"none", {});
  list.add(process(11), u"runs", {thread(5, 6), thread(2)});
  list.add(process(12), u"ready", {thread(1), thread(5, 5)});
  list.add(process(13), u"stopped", {thread(5, 5), thread(5, 5)});
  list.add(process(14), u"sleeps", {thread(5, 5), thread(5, 6)});
  ASSERT_TRUE(parse(list));
  ASSERT_EQ(out.rows.size(), 5u);
  EXPECT_EQ(out.rows[0].state, process_state::other);
  EXPECT_EQ(out.rows[0].threads, 0u);
  EXPECT_EQ(out.rows[1].state, process_state::running);
  EXPECT_EQ(out.rows[2].state, process_state::running);
  EXPECT_EQ(out.rows[3].state, process_state::stopped);
  EXPECT_EQ(out.rows[4].state, process_state::sleeping);
}

TEST_F(windows_process_info, pids_above_two_thousand_million_stay_positive) {
  process_list list;
  list.add(process(4'000'000'004u, 3'000'000'000u), u"big.exe");
  ASSERT_TRUE(parse(list));
  EXPECT_EQ(out.rows[0].id.pid, 4'000'000'004u);
  EXPECT_EQ(out.rows[0].ppid, 3'000'000'000u);
}

TEST_F(windows_process_info, more_hard_faults_than_faults_is_no_negative_number) {
  auto entry = process(8);
  entry.page_fault_count = 5; // it wraps at 2^32, the other has not yet
  entry.hard_fault_count = 9;
  process_list list;
  list.add(entry, u"a.exe");
  ASSERT_TRUE(parse(list));
  EXPECT_EQ(out.rows[0].major_faults, 9u);
  EXPECT_EQ(out.rows[0].minor_faults, 0u);
}

TEST_F(windows_process_info, names_with_odd_characters) {
  process_list list;
  list.add(process(8), u"a) \"b\" (c.exe");
  list.add(process(12), u"\u00FC\u4E2D\U0001F600.exe");
  list.add(process(16), std::u16string{u'x', char16_t(0xD800), u'y', char16_t(0xDC00)});
  list.add(process(20), std::u16string_view(u"nul\0in.exe", 10));
  list.add(process(24), std::u16string(32'767, u'n'));
  list.add(process(28), u"");
  ASSERT_TRUE(parse(list));
  EXPECT_EQ(name(0), "a) \"b\" (c.exe");
  EXPECT_EQ(name(1), "\xC3\xBC\xE4\xB8\xAD\xF0\x9F\x98\x80.exe");
  EXPECT_EQ(name(2), "x\xEF\xBF\xBDy\xEF\xBF\xBD");
  EXPECT_EQ(name(3), std::string_view("nul\0in.exe", 10));
  EXPECT_EQ(name(4).size(), 32'767u);
  EXPECT_EQ(name(5), "?");
  EXPECT_EQ(out.unreadable[static_cast<std::size_t>(unreadable_reason::failed)], 0u);
}

TEST_F(windows_process_info, a_name_outside_the_buffer_is_not_followed) {
  process_list list;
  list.add(process(8), u"good.exe");
  list.add(process(12), u"before").image_name.buffer = base_address - 2;
  list.add(process(16), u"beyond").image_name.buffer = base_address + 0x10000;
  list.add(process(20), u"null").image_name.buffer = 0;
  auto& last = list.add(process(24), u"across");
  last.image_name.length = 64; // two bytes more than are there would do
  ASSERT_TRUE(parse(list));
  EXPECT_EQ(name(0), "good.exe");
  for (std::size_t row = 1; row < 5; ++row)
    EXPECT_EQ(name(row), "?") << row;
  EXPECT_EQ(out.unreadable[static_cast<std::size_t>(unreadable_reason::failed)], 4u);
}

TEST_F(windows_process_info, every_truncation_is_an_error_and_reads_nothing_beyond) {
  process_list list;
  list.add(process(8), u"first.exe", {thread(2), thread(5)});
  list.add(process(12), u"last.exe", {thread(2)});
  const std::size_t name_at =
      list.last() + sizeof(windows_process_information) + sizeof(windows_thread_information);
  for (std::size_t size = 0; size < list.bytes().size(); ++size) {
    // A copy of exactly that size, so that the address sanitizer sees a read beyond it.
    const std::vector<std::byte> cut(list.bytes().begin(),
                                     list.bytes().begin() + static_cast<std::ptrdiff_t>(size));
    const auto parsed = parse_windows_processes(cut, base_address, all_process_fields, out);
    if (size < name_at) {
      ASSERT_FALSE(parsed) << size;
      EXPECT_EQ(parsed.error().code, errc::failed);
      EXPECT_THAT(parsed.error().message, HasSubstr("malformed at byte"));
    } else {
      // Only the last name or the padding after it is missing.
      ASSERT_TRUE(parsed) << size;
      EXPECT_EQ(name(1), size < name_at + 16 ? "?" : "last.exe") << size;
    }
  }
}

TEST_F(windows_process_info, bad_offsets_are_an_error) {
  for (const std::uint32_t offset : {1u, 8u, 255u, 10'000u, 0x7FFF'FFFFu, 0xFFFF'FFFFu}) {
    process_list list;
    list.add(process(8), u"first.exe");
    list.add(process(12), u"second.exe");
    list.at(0).next_entry_offset = offset;
    EXPECT_FALSE(parse(list)) << offset;
  }
}

TEST_F(windows_process_info, an_offset_to_the_very_end_is_an_error) {
  process_list list;
  list.add(process(8), u"only.exe");
  list.at(0).next_entry_offset = static_cast<std::uint32_t>(list.bytes().size());
  EXPECT_FALSE(parse(list));
}

TEST_F(windows_process_info, more_threads_than_fit_are_an_error) {
  for (const std::uint32_t threads : {2u, 0x0333'3334u, 0xFFFF'FFFFu}) {
    process_list list;
    list.add(process(8), u"a", {thread(2)});
    list.add(process(12), u"b", {thread(2)});
    list.at(0).number_of_threads = threads;
    EXPECT_FALSE(parse(list)) << threads;
  }
}

TEST_F(windows_process_info, a_second_reading_replaces_the_first) {
  process_list many, one;
  for (std::uint64_t pid = 8; pid < 80; pid += 4)
    many.add(process(pid), u"many.exe");
  one.add(process(100), u"one.exe");
  ASSERT_TRUE(parse(many));
  EXPECT_EQ(out.rows.size(), 18u);
  ASSERT_TRUE(parse(one));
  ASSERT_EQ(out.rows.size(), 1u);
  EXPECT_EQ(name(0), "one.exe");
  EXPECT_EQ(out.text, "one.exe");
}

// Recorded with record_process_information under Wine 8.0: the buffer's address (8 bytes, little-endian), the
// buffer.
TEST_F(windows_process_info, reads_a_recorded_list) {
  std::ifstream file(REEVE_SOURCE_DIR "/tests/fixtures/os/system_process_information_wine.bin",
                     std::ios::binary);
  const std::string recorded((std::istreambuf_iterator<char>(file)), {});
  ASSERT_GT(recorded.size(), sizeof(std::uint64_t));
  std::uint64_t address = 0;
  std::memcpy(&address, recorded.data(), sizeof address);
  const auto bytes = std::as_bytes(std::span(recorded)).subspan(sizeof address);

  ASSERT_TRUE(parse_windows_processes(bytes, address, all_process_fields, out));
  EXPECT_EQ(out.unreadable, (std::array<std::uint64_t, unreadable_reasons>{}));
  std::set<process_id> ids;
  const process_row* recorder = nullptr;
  const process_row* services = nullptr;
  for (const process_row& row : out.rows) {
    EXPECT_TRUE(ids.insert(row.id).second);
    if (out.view(row.name) == "record_process_information.exe") recorder = &row;
    if (out.view(row.name) == "services.exe") services = &row;
  }
  ASSERT_NE(recorder, nullptr);
  ASSERT_NE(services, nullptr);
  EXPECT_EQ(recorder->threads, 4u); // it starts three beside its own
  EXPECT_GT(recorder->open_handles, 0u);
  EXPECT_GT(recorder->resident_bytes, 1u << 20);
  EXPECT_GT(recorder->start_unix_ns, 1'600'000'000'000'000'000);
  EXPECT_GE(recorder->start_unix_ns, services->start_unix_ns);
}

TEST(utf16, is_cut_at_a_character_boundary) {
  std::string out;
  append_utf16(out, u"a\u00FC\u4E2D", 3);
  EXPECT_EQ(out, "a\xC3\xBC");
  append_utf16(out, u"\u4E2D", 2);
  EXPECT_EQ(out, "a\xC3\xBC");
  append_utf16(out, u"\U0001F600", 4);
  EXPECT_EQ(out, "a\xC3\xBC\xF0\x9F\x98\x80");
}

TEST(utf16, encodes_the_ends_of_every_length) {
  std::string out;
  append_utf16(out, u"\u007F\u0080\u07FF\u0800\uFFFF\U00010000\U0010FFFF");
  EXPECT_EQ(out, "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
}

} // namespace
} // namespace reeve::os::parse
