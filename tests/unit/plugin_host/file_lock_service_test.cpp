// SPDX-License-Identifier: Apache-2.0
#include "fake_clock.hpp"

#include "reeve/plugin_host/file_lock_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::plugin_host {
namespace {

using testing::ElementsAre;

// A table with one locked file, which remembers what it was asked for.
class one_file final : public os::file_lock_table {
 public:
  explicit one_file(std::vector<os::file_lock_request>& asked) : asked_(asked) {}

  result<> read(const os::file_lock_request& wanted, os::file_lock_rows& out) override {
    asked_.push_back(wanted);
    out.clear();
    os::locked_file& file = out.files.emplace_back();
    file.path = "/data/a";
    file.device = 7;
    file.inode = 8;
    file.flags = os::locked_file::deleted;
    for (std::uint32_t i = 0; i < wanted.paths.size(); ++i)
      if (wanted.paths[i] == "/data/a" || wanted.paths[i] == "/data/*") file.asked_by.push_back(i);
    for (std::uint32_t i = 0; i < wanted.paths.size(); ++i)
      if (wanted.paths[i] == "/none") out.problems.push_back({i, {errc::not_found, "none", 0}});
    out.openings.push_back({{5, 50}, 0, os::opening_kind::descriptor, os::file_opening::writes, 3});
    os::lock_row held;
    held.kind = os::lock_kind::flock;
    held.mode = os::lock_mode::write;
    held.taker = 5;
    held.holders = 1;
    os::lock_row waits = held;
    waits.flags = os::lock_row::waiting | os::lock_row::in_cycle;
    waits.depth = 2;
    waits.first_holder = 1;
    waits.blockers = 1;
    out.locks = {held, waits};
    out.holders = {{{5, 50}, 3}, {{6, 60}, -1}};
    out.blockers = {0};
    out.unreadable_processes = 9;
    out.unanswered_handles = 4;
    return {};
  }
  std::string_view backend() const noexcept override { return "test"; }

 private:
  std::vector<os::file_lock_request>& asked_;
};

class file_lock_service_test : public testing::Test {
 protected:
  std::vector<os::file_lock_request> asked_;
  test::fake_clock time_;
  file_lock_service service_{
      time_,
      [this] { return result<std::unique_ptr<os::file_lock_table>>(std::make_unique<one_file>(asked_)); }};
  int a_ = 0, b_ = 0;
};

TEST_F(file_lock_service_test, what_all_plugins_want_is_read_once) {
  ASSERT_TRUE(service_.want(&a_, REEVE_FILES_OPENINGS, {"/data/a", "/none"}));
  ASSERT_TRUE(service_.want(&b_, REEVE_FILES_MAPPINGS, {"/data/*"}));
  const auto one = service_.read(&a_, time_.mono(), time_.mono() + std::chrono::seconds(1));
  const auto two = service_.read(&b_, time_.mono(), time_.mono() + std::chrono::seconds(1));
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->get(), two->get());
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_THAT(asked_[0].paths, ElementsAre("/data/*", "/data/a", "/none"));
  EXPECT_TRUE(asked_[0].openings);
  EXPECT_TRUE(asked_[0].mappings);
  EXPECT_FALSE(asked_[0].all);
  // A wish that came later is not covered by a reading made before it.
  ASSERT_TRUE(service_.want(&b_, REEVE_FILES_MAPPINGS, {"/other"}));
  ASSERT_TRUE(service_.read(&b_, nanoseconds{0}, time_.mono() + std::chrono::seconds(1)));
  EXPECT_EQ(asked_.size(), 2u);
  service_.forget(&a_);
  ASSERT_TRUE(service_.read(&b_, time_.mono() + nanoseconds{1}, time_.mono() + std::chrono::seconds(1)));
  EXPECT_THAT(asked_.back().paths, ElementsAre("/other"));
}

TEST_F(file_lock_service_test, rows_have_the_abis_shape) {
  ASSERT_TRUE(service_.want(&a_, REEVE_FILES_OPENINGS, {"/data/a", "/none"}));
  const auto got = service_.read(&a_, time_.mono(), time_.mono() + std::chrono::seconds(1));
  ASSERT_TRUE(got);
  const file_lock_reading& r = **got;
  ASSERT_EQ(r.files.size(), 1u);
  const std::string_view text = r.text;
  EXPECT_EQ(text.substr(r.files[0].path_offset, r.files[0].path_length), "/data/a");
  EXPECT_EQ(r.files[0].flags, REEVE_FILE_DELETED);
  ASSERT_EQ(r.files[0].n_patterns, 1u);
  const reeve_file_pattern& by = r.patterns[r.pattern_refs[r.files[0].first_pattern]];
  EXPECT_EQ(text.substr(by.offset, by.length), "/data/a");
  EXPECT_EQ(by.status, REEVE_OK);
  EXPECT_EQ(r.patterns[1].status, REEVE_E_NOT_FOUND);
  ASSERT_EQ(r.locks.size(), 2u);
  EXPECT_EQ(r.locks[0].kind, REEVE_LOCK_FLOCK);
  EXPECT_EQ(r.locks[0].mode, REEVE_LOCK_WRITE);
  EXPECT_EQ(r.locks[0].end, UINT64_MAX);
  EXPECT_EQ(r.locks[1].flags, REEVE_LOCK_WAITING | REEVE_LOCK_IN_CYCLE);
  EXPECT_EQ(r.locks[1].depth, 2u);
  EXPECT_EQ(r.blockers[r.locks[1].first_blocker], 0u);
  EXPECT_EQ(r.holders[r.locks[1].first_holder].pid, 6u);
  EXPECT_EQ(r.openings[0].access, REEVE_ACCESS_WRITE);
  EXPECT_EQ(r.unreadable_processes, 9u);
  const file_lock_stats stats = service_.stats();
  EXPECT_EQ(stats.rows, 3u);
  EXPECT_EQ(stats.backend, "test");
  EXPECT_EQ(stats.unreadable_processes, 9u);
  EXPECT_EQ(stats.unanswered_handles, 4u);
}

TEST_F(file_lock_service_test, too_many_patterns_are_refused) {
  std::set<std::string> many;
  for (std::size_t i = 0; i <= file_lock_service::max_patterns; ++i)
    many.insert("/" + std::to_string(i));
  const auto wanted = service_.want(&a_, 0, many);
  ASSERT_FALSE(wanted);
  EXPECT_EQ(wanted.error().code, errc::limit);
}

} // namespace
} // namespace reeve::plugin_host
