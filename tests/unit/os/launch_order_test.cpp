// SPDX-License-Identifier: Apache-2.0
#include "keeper/launch_order.hpp"

#include <gtest/gtest.h>

namespace reeve::os {
namespace {

TEST(launch_order, is_read_back_as_it_was) {
  launch_order order;
  order.place = {"/folder", "a name", 7, "print"};
  order.command.program = "/bin/\nprogram";
  order.command.args = {"", "two words", "\xFF"};
  order.environment = {"A=b", "C="};
  order.account = account_ids{1, 2, {3, 4}};
  const auto read = order_from_bytes(to_bytes(order));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_bytes(*read), to_bytes(order));
  EXPECT_EQ(read->command.args, order.command.args);
}

TEST(launch_order, of_any_length_that_is_not_there_is_refused) {
  for (const char* length : {"5", "1", "18446744073709551615", "18446744073709551616", "-1", ""})
    EXPECT_FALSE(order_from_bytes(std::string("reeve-keeper-order 1\nfolder ") + length + "\n\n")) << length;
}

} // namespace
} // namespace reeve::os
