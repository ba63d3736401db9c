// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/control_channel.hpp"
#include "windows/windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace reeve::os {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class control_channel : public testing::Test {
 protected:
  std::unique_ptr<control_server> serve(control_handler handler) {
    auto server = control_server::create(instance, std::move(handler));
    if (!server) ADD_FAILURE() << server.error().message;
    return server ? *std::move(server) : nullptr;
  }
  std::string instance = "test-" + std::to_string(GetCurrentProcessId());
};

TEST_F(control_channel, answers_one_request_after_the_other) {
  const auto server = serve([](std::string_view request) { return "got " + std::string(request); });
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(server->address(), "\\\\.\\pipe\\reeve-" + instance);
  for (int i = 0; i < 20; ++i) {
    const auto answer = control_request(instance, "request " + std::to_string(i), seconds(30));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, "got request " + std::to_string(i));
  }
}

TEST_F(control_channel, carries_the_largest_messages_and_no_larger) {
  const auto server = serve([](std::string_view request) { return std::string(request); });
  ASSERT_NE(server, nullptr);
  std::string large(max_control_bytes, 'x');
  large[12345] = '\0';
  const auto answer = control_request(instance, large, seconds(30));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(*answer, large);
  const auto refused = control_request(instance, large + "y", seconds(30));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_argument);
}

TEST_F(control_channel, an_empty_request_and_a_throwing_handler) {
  const auto server = serve([](std::string_view request) -> std::string {
    if (request.empty()) return "empty";
    throw std::runtime_error("handler");
  });
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(control_request(instance, "", seconds(30)).value(), "empty");
  EXPECT_EQ(control_request(instance, "throw", seconds(30)).value(), "");
}

TEST_F(control_channel, the_name_belongs_to_one) {
  auto first = serve([](std::string_view) { return std::string("first"); });
  ASSERT_NE(first, nullptr);
  const auto second = control_server::create(instance, [](std::string_view) { return std::string(); });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::busy);
  first.reset();
  const auto third = control_server::create(instance, [](std::string_view) { return std::string("third"); });
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(control_request(instance, "", seconds(30)).value(), "third");
}

TEST_F(control_channel, nobody_there) {
  const auto answer = control_request(instance, "x", seconds(30));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::not_found);
  EXPECT_THAT(answer.error().message, HasSubstr("reeve-" + instance));
}

TEST_F(control_channel, refuses_bad_instance_names) {
  for (const std::string bad : {"", "A", "a b", "..\\x", "a/b"}) {
    EXPECT_EQ(control_request(bad, "", seconds(1)).error().code, errc::invalid_argument) << bad;
    EXPECT_EQ(control_server::create(bad, nullptr).error().code, errc::invalid_argument) << bad;
  }
  EXPECT_EQ(control_request(std::string(65, 'a'), "", seconds(1)).error().code, errc::invalid_argument);
}

TEST_F(control_channel, ends_at_once_with_an_idle_client) {
  auto server = serve([](std::string_view) { return std::string(); });
  ASSERT_NE(server, nullptr);
  const std::wstring name(server->address().begin(), server->address().end());
  const HANDLE idle =
      CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr);
  ASSERT_NE(idle, INVALID_HANDLE_VALUE);
  const auto before = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(4)); // the client's patience is five
  CloseHandle(idle);
}

} // namespace
} // namespace reeve::os
