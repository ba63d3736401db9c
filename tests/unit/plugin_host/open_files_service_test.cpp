// SPDX-License-Identifier: Apache-2.0
#include "fake_clock.hpp"

#include "reeve/plugin_host/open_files_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace reeve::plugin_host {
namespace {

// Process 5 has three sockets, 6 may not be seen, the others have ended. What is done inside of a reading is the test's.
class three_sockets final : public os::open_files_reader {
 public:
  three_sockets(std::size_t& most_targets, std::function<void()>& inside)
      : most_targets_(most_targets), inside_(inside) {}
  result<> read(process_id id, const os::open_files_request& wanted, os::open_files& out) override {
    if (inside_) inside_();
    most_targets_ = wanted.max_targets;
    if (id.pid == 6) return error{errc::access_denied, "hidden", 0};
    if (id != process_id{5, 50}) return error{errc::not_found, "gone", 0};
    out = {};
    out.by_kind[REEVE_HANDLE_SOCKET] = 3;
    out.left_out = 2;
    if (wanted.max_targets != 0)
      out.targets = {{7, os::handle_kind::socket, "socket:[1]"}, {8, os::handle_kind::socket, "socket:[22]"}};
    return {};
  }
  std::string_view backend() const noexcept override { return "test"; }

 private:
  std::size_t& most_targets_;
  std::function<void()>& inside_;
};

class open_files_service_test : public testing::Test {
 protected:
  auto read(process_id id, std::size_t targets = 0) {
    return service_.read(id, {os::all_handle_kinds, targets}, time_.mono() + std::chrono::seconds(1));
  }
  std::size_t most_targets_ = 0;
  std::function<void()> inside_;
  test::fake_clock time_;
  open_files_service service_{time_, [this] {
                                return result<std::unique_ptr<os::open_files_reader>>(
                                    std::make_unique<three_sockets>(most_targets_, inside_));
                              }};
};

TEST_F(open_files_service_test, hands_out_counts_and_targets) {
  const auto got = read({5, 50}, 10);
  ASSERT_TRUE(got);
  const open_files_reading& r = **got;
  EXPECT_EQ(r.by_kind[REEVE_HANDLE_SOCKET], 3u);
  EXPECT_EQ(r.left_out, 2u);
  ASSERT_EQ(r.targets.size(), 2u);
  EXPECT_EQ(r.targets[1].handle, 8u);
  EXPECT_EQ(r.targets[1].kind, static_cast<std::uint32_t>(REEVE_HANDLE_SOCKET));
  EXPECT_EQ(r.text.substr(r.targets[1].name_offset, r.targets[1].name_length), "socket:[22]");
  EXPECT_EQ(service_.stats().rows, 5u);
  EXPECT_EQ(service_.stats().readings_total, 1u);
  EXPECT_EQ(service_.stats().backend, "test");
}

TEST_F(open_files_service_test, targets_have_a_bound) {
  ASSERT_TRUE(read({5, 50}, 1'000'000));
  EXPECT_EQ(most_targets_, open_files_service::max_targets);
}

TEST_F(open_files_service_test, why_a_process_could_not_be_read_is_told_and_counted) {
  EXPECT_EQ(read({6, 60}).error().code, errc::access_denied);
  EXPECT_EQ(service_.stats().unreadable[static_cast<std::size_t>(os::unreadable_reason::access_denied)], 1u);
  EXPECT_EQ(read({5, 51}).error().code, errc::not_found);
  const auto stats = service_.stats();
  EXPECT_EQ(stats.unreadable[static_cast<std::size_t>(os::unreadable_reason::access_denied)], 0u);
  EXPECT_EQ(stats.unreadable[static_cast<std::size_t>(os::unreadable_reason::vanished)], 1u);
  EXPECT_EQ(stats.rows, 0u);
}

TEST_F(open_files_service_test, a_second_reader_waits_until_its_deadline_only) {
  errc second = errc::failed;
  inside_ = [&] {
    inside_ = nullptr;
    std::thread([&] {
      const auto got = service_.read({5, 50}, {}, time_.mono());
      if (!got) second = got.error().code;
    }).join();
  };
  EXPECT_TRUE(read({5, 50}));
  EXPECT_EQ(second, errc::timed_out);
  EXPECT_TRUE(read({5, 50})); // the turn was given back
}

TEST(open_files_service_without_a_reader, says_why) {
  test::fake_clock time;
  open_files_service service(time, [] {
    return result<std::unique_ptr<os::open_files_reader>>(error{errc::unsupported, "not here", 0});
  });
  EXPECT_EQ(service.read({1, 1}, {}, time.mono()).error().code, errc::unsupported);
}

} // namespace
} // namespace reeve::plugin_host
