// SPDX-License-Identifier: Apache-2.0
#include "posix/error.hpp"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace reeve;
using namespace reeve::os;

TEST(posix_error, names_the_attempt_the_system_and_the_number) {
  const error e = posix_error(ENOENT, "cannot open /x");
  EXPECT_EQ(e.code, errc::not_found);
  EXPECT_EQ(e.os_code, ENOENT);
  EXPECT_THAT(e.message, testing::StartsWith("cannot open /x: "));
  EXPECT_GT(e.message.size(), std::string("cannot open /x: ").size());
}

TEST(posix_error, sorts_numbers_by_what_a_caller_can_do) {
  EXPECT_EQ(errc_of(EACCES), errc::access_denied);
  EXPECT_EQ(errc_of(EPERM), errc::access_denied);
  EXPECT_EQ(errc_of(ESRCH), errc::not_found);
  EXPECT_EQ(errc_of(EMFILE), errc::limit);
  EXPECT_EQ(errc_of(ENOSYS), errc::unsupported);
  EXPECT_EQ(errc_of(ETIMEDOUT), errc::timed_out);
  EXPECT_EQ(errc_of(EADDRINUSE), errc::busy);
  EXPECT_EQ(errc_of(EINVAL), errc::invalid_argument);
  EXPECT_EQ(errc_of(EIO), errc::failed);
  EXPECT_EQ(errc_of(0), errc::failed);
}

} // namespace
