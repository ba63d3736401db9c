// SPDX-License-Identifier: Apache-2.0
// Bytes as the kernel sends them, recorded on Linux 6.18 and cut by hand.
#include "parse/inet_diag.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace reeve::os::parse {
namespace {

// "14 00" as the bytes 0x14 0x00; blanks are free.
std::vector<std::byte> bytes(std::string_view hex) {
  std::vector<std::byte> out;
  std::string digits;
  for (const char c : hex)
    if (std::isxdigit(static_cast<unsigned char>(c))) digits += c;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<std::byte>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  return out;
}

// A listener on [::]:18080, not bound to IPv6 alone, with its attributes.
constexpr const char* dual_listener = "60000000 1400 0200 01000000 11111111"
                                      "0a0a0000 46a0 0000"
                                      "00000000000000000000000000000000 00000000000000000000000000000000"
                                      "00000000 0300000000000000"
                                      "00000000 02000000 05000000 e8030000 39300000"
                                      "0500 0b00 00000000";
constexpr const char* established = "58000000 1400 0200 01000000 11111111"
                                    "02010000 1f90 d431"
                                    "7f000001 aaaaaaaaaaaaaaaaaaaaaaaa 7f000002 bbbbbbbbbbbbbbbbbbbbbbbb"
                                    "00000000 0400000000000000"
                                    "00000000 07000000 09000000 00000000 3a300000";
constexpr const char* done = "14000000 0300 0200 01000000 11111111 00000000";

class inet_diag : public testing::Test {
 protected:
  result<inet_diag_piece> parse(std::string_view hex, transport protocol = transport::tcp) {
    return parse_inet_diag(bytes(hex), protocol, rows_);
  }
  std::vector<socket_row> rows_;
};

TEST_F(inet_diag, a_listener_that_takes_both_families) {
  const auto piece = parse(dual_listener);
  ASSERT_TRUE(piece) << piece.error().message;
  EXPECT_FALSE(piece->done);
  ASSERT_EQ(rows_.size(), 1u);
  const socket_row& row = rows_[0];
  EXPECT_TRUE(row.v6);
  EXPECT_EQ(row.state, socket_state::listen);
  EXPECT_EQ(row.flags, socket_row::dual_stack);
  EXPECT_EQ(row.local_port, 18080);
  EXPECT_EQ(row.receive_queue, 2u);
  EXPECT_EQ(row.send_queue, 5u);
  EXPECT_EQ(row.uid, 1000u);
  EXPECT_EQ(row.inode, 12345u);
}

TEST_F(inet_diag, v6_only_is_the_attribute_s_value) {
  std::string only = dual_listener;
  only.replace(only.rfind("00000000"), 2, "01");
  ASSERT_TRUE(parse(only));
  EXPECT_EQ(rows_[0].flags, socket_row::v6_only);
}

TEST_F(inet_diag, an_ipv4_address_is_four_bytes_whatever_follows) {
  ASSERT_TRUE(parse(established));
  const socket_row& row = rows_[0];
  EXPECT_FALSE(row.v6);
  EXPECT_EQ(row.state, socket_state::established);
  EXPECT_EQ(row.local, (address_bytes{127, 0, 0, 1}));
  EXPECT_EQ(row.remote, (address_bytes{127, 0, 0, 2}));
  EXPECT_EQ(row.local_port, 8080);
  EXPECT_EQ(row.remote_port, 54321);
}

TEST_F(inet_diag, several_messages_and_the_end) {
  const auto piece = parse(std::string(established) + dual_listener + done);
  ASSERT_TRUE(piece);
  EXPECT_TRUE(piece->done);
  EXPECT_FALSE(piece->interrupted);
  EXPECT_EQ(rows_.size(), 2u);
}

TEST_F(inet_diag, an_unconnected_udp_socket_listens) {
  std::string unconnected = established;
  unconnected.replace(unconnected.find("02010000"), 4, "0207");
  ASSERT_TRUE(parse(unconnected, transport::udp));
  EXPECT_EQ(rows_[0].state, socket_state::listen);
  rows_.clear();
  ASSERT_TRUE(parse(unconnected, transport::tcp));
  EXPECT_EQ(rows_[0].state, socket_state::close);
}

TEST_F(inet_diag, a_state_of_a_later_kernel_is_other) {
  std::string later = established;
  later.replace(later.find("02010000"), 4, "0263");
  ASSERT_TRUE(parse(later));
  EXPECT_EQ(rows_[0].state, socket_state::other);
}

TEST_F(inet_diag, an_interrupted_dump_says_so) {
  std::string interrupted = done;
  interrupted.replace(interrupted.find("0200 0100"), 4, "1200");
  const auto piece = parse(interrupted);
  ASSERT_TRUE(piece);
  EXPECT_TRUE(piece->interrupted);
}

TEST_F(inet_diag, the_kernel_s_refusal_has_its_number) {
  const auto refused =
      parse("24000000 0200 0000 01000000 11111111 feffffff 00000000000000000000000000000000");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().os_code, 2);
}

TEST_F(inet_diag, a_cut_datagram_is_an_error_and_never_read_beyond) {
  const std::vector<std::byte> whole = bytes(std::string(established) + done);
  for (std::size_t length = 1; length < whole.size(); ++length) {
    rows_.clear();
    // A copy of exactly this length, so that the address sanitizer sees a byte too many.
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const auto piece = parse_inet_diag(cut, transport::tcp, rows_);
    if (length == 0x58)
      EXPECT_TRUE(piece) << "the first message is whole";
    else
      EXPECT_FALSE(piece) << length;
  }
}

TEST_F(inet_diag, a_broken_attribute_leaves_the_row) {
  std::string broken = dual_listener;
  broken.replace(broken.rfind("0500 0b00"), 4, "ff00");
  ASSERT_TRUE(parse(broken));
  ASSERT_EQ(rows_.size(), 1u);
  EXPECT_EQ(rows_[0].flags, 0);
}

} // namespace
} // namespace reeve::os::parse
