// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_handle_list.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>

namespace reeve::os::parse {
namespace {

// A list of 64-bit words as they lie in memory.
std::vector<std::byte> list(std::initializer_list<std::uint64_t> words) {
  std::vector<std::byte> out(words.size() * sizeof(std::uint64_t));
  std::memcpy(out.data(), words.begin(), out.size());
  return out;
}
// The fourth word of an entry: access, back trace, type.
constexpr std::uint64_t how(std::uint32_t access, std::uint16_t type) {
  return access | std::uint64_t{0x7777} << 32 | std::uint64_t{type} << 48;
}

TEST(windows_handle_list, every_entry_is_a_row) {
  handle_rows out;
  const auto bytes = list({2, 0, 0xffff800012345678, 4, 0x10, how(0x12019f, 37), 0x2, //
                           0, 5120, 0xfffffffc, how(0x1f0003, 16), 0});
  ASSERT_TRUE(parse_windows_handles(bytes, out));
  ASSERT_EQ(out.rows.size(), 2u);
  EXPECT_EQ(out.rows[0].pid, 4u);
  EXPECT_EQ(out.rows[0].handle, 0x10u);
  EXPECT_EQ(out.rows[0].access, 0x12019fu);
  EXPECT_EQ(out.rows[0].type, 37u);
  EXPECT_EQ(out.rows[1].pid, 5120u);
  EXPECT_EQ(out.rows[1].handle, 0xfffffffcu);
  EXPECT_EQ(out.rows[1].type, 16u);
  EXPECT_EQ(out.oversized, 0u);
}

TEST(windows_handle_list, another_reading_begins_anew) {
  handle_rows out;
  ASSERT_TRUE(parse_windows_handles(list({1, 0, 0, 4, 1ull << 32, how(1, 2), 0}), out));
  ASSERT_TRUE(parse_windows_handles(list({1, 0, 0, 8, 4, how(1, 2), 0, 99, 99}), out));
  ASSERT_EQ(out.rows.size(), 1u) << "what follows the last entry does not count";
  EXPECT_EQ(out.rows[0].pid, 8u);
  EXPECT_EQ(out.oversized, 0u);
  ASSERT_TRUE(parse_windows_handles(list({0, 0}), out));
  EXPECT_TRUE(out.rows.empty());
}

TEST(windows_handle_list, what_does_not_fit_into_32_bits_is_counted_not_cut) {
  handle_rows out;
  ASSERT_TRUE(parse_windows_handles(list({3, 0, 0, 4, 0xffffffff80000010, how(1, 2), 0, //
                                          0, 0x100000004, 8, how(1, 2), 0,              //
                                          0, 12, 8, how(1, 2), 0}),
                                    out));
  ASSERT_EQ(out.rows.size(), 1u);
  EXPECT_EQ(out.rows[0].pid, 12u);
  EXPECT_EQ(out.oversized, 2u);
}

TEST(windows_handle_list, a_list_that_is_cut_off_is_refused) {
  handle_rows out;
  EXPECT_FALSE(parse_windows_handles({}, out));
  EXPECT_FALSE(parse_windows_handles(list({0}), out));
  const auto whole = list({2, 0, 0, 4, 8, how(1, 2), 0, 0, 4, 12, how(1, 2), 0});
  ASSERT_TRUE(parse_windows_handles(whole, out));
  EXPECT_FALSE(parse_windows_handles(std::span(whole).first(whole.size() - 1), out));
  EXPECT_FALSE(parse_windows_handles(list({~0ull, 0, 0, 4, 8, how(1, 2), 0}), out)) << "no overflow";
  EXPECT_FALSE(parse_windows_handles(list({1ull << 61, 0}), out));
}

} // namespace
} // namespace reeve::os::parse
