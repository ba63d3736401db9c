// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/counter_service.hpp"

#include "fake_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::plugin_host {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using numbers = std::vector<std::uint32_t>;

// What the fake system was asked for. Outlives its sources.
struct fake_system {
  std::vector<os::counter_request> added;
  std::vector<numbers> readings;
  bool broken = false;
};

// Every request has one row, whose value is the number of the reading; each second one is missing.
class fake_source final : public os::counter_source {
 public:
  explicit fake_source(fake_system& system) : system_(system) {
    measures_.push_back({"one_seconds", "Help.", "seconds", os::counter_kind::counter, {"cpu", ""}});
  }
  void add(const os::counter_request& request) override { system_.added.push_back(request); }
  result<> read(std::span<const std::uint32_t> wanted, os::counter_rows& out) override {
    system_.readings.emplace_back(wanted.begin(), wanted.end());
    if (system_.broken) return error{errc::failed, "the system is broken"};
    if (system_.readings.size() == 2)
      measures_.push_back({"later", "More.", "", os::counter_kind::gauge, {"", ""}});
    out.rows.clear();
    out.text = "why0";
    out.statuses.assign(system_.added.size(), {});
    for (const std::uint32_t n : wanted) {
      out.statuses[n] = {n % 2 == 1 ? os::counter_state::missing : os::counter_state::available, {0, 3}};
      if (n % 2 == 0)
        out.rows.push_back({n, 0, static_cast<double>(system_.readings.size()), 9, {{{3, 1}, {0, 0}}}});
    }
    return {};
  }
  std::span<const os::counter_measure> measures() const noexcept override { return measures_; }
  std::string_view backend() const noexcept override { return "fake"; }

 private:
  fake_system& system_;
  std::vector<os::counter_measure> measures_;
};

class counters : public testing::Test {
 protected:
  std::uint32_t want(const int& who, const std::string& set) {
    const auto number = service_.want(&who, {os::counter_origin::set, set, {}});
    EXPECT_TRUE(number);
    return number ? *number : 99;
  }
  std::shared_ptr<const counter_reading> read(const int& who) {
    auto got = service_.read(&who, time_.mono(), time_.mono() + 1s);
    EXPECT_TRUE(got);
    return got ? *got : nullptr;
  }
  static std::string text(const counter_reading& r, reeve_counter_text t) {
    return r.text.substr(t.offset, t.length);
  }

  test::fake_clock time_;
  fake_system system_;
  counter_service service_{time_, [this]() -> result<std::unique_ptr<os::counter_source>> {
                             return std::make_unique<fake_source>(system_);
                           }};
  int one_ = 0, other_ = 0;
};

TEST_F(counters, equal_requests_have_one_number_and_one_reading_serves_all) {
  EXPECT_EQ(want(one_, "cpu"), 0u);
  EXPECT_EQ(want(one_, "memory"), 1u);
  EXPECT_EQ(want(other_, "memory"), 1u);
  EXPECT_EQ(want(other_, "disk"), 2u);
  const auto first = read(one_);
  EXPECT_EQ(read(other_), first);
  EXPECT_THAT(system_.readings, ElementsAre(numbers{0, 1, 2}));
  ASSERT_EQ(system_.added.size(), 3u);
  EXPECT_EQ(system_.added[2].name, "disk");
}

TEST_F(counters, what_nobody_wants_any_more_is_not_read) {
  want(one_, "cpu");
  want(other_, "disk");
  service_.forget(&one_);
  read(other_);
  EXPECT_THAT(system_.readings, ElementsAre(numbers{1}));
}

TEST_F(counters, a_wish_that_came_late_makes_a_new_reading) {
  want(one_, "cpu");
  read(one_);
  want(one_, "memory");
  read(one_);
  EXPECT_THAT(system_.readings, ElementsAre(numbers{0}, numbers{0, 1}));
}

TEST_F(counters, a_reading_is_in_the_shape_of_the_abi) {
  want(one_, "cpu");
  want(one_, "memory");
  const auto r = read(one_);
  ASSERT_EQ(r->rows.size(), 1u);
  EXPECT_EQ(r->rows[0].request, 0u);
  EXPECT_EQ(r->rows[0].identity, 9u);
  EXPECT_EQ(r->rows[0].value, 1);
  EXPECT_EQ(text(*r, r->rows[0].labels[0]), "0");
  EXPECT_EQ(text(*r, r->rows[0].labels[1]), "");
  ASSERT_EQ(r->measures.size(), 1u);
  EXPECT_EQ(text(*r, r->measures[0].name), "one_seconds");
  EXPECT_EQ(text(*r, r->measures[0].unit), "seconds");
  EXPECT_EQ(text(*r, r->measures[0].label_keys[0]), "cpu");
  EXPECT_EQ(r->measures[0].kind, std::uint32_t{REEVE_COUNTER});
  ASSERT_EQ(r->statuses.size(), 2u);
  EXPECT_EQ(r->statuses[1].state, std::uint32_t{REEVE_COUNTER_MISSING});
  EXPECT_EQ(text(*r, r->statuses[1].why), "why");
  const counter_stats stats = service_.stats();
  EXPECT_EQ(stats.rows, 1u);
  EXPECT_EQ(stats.backend, "fake");
  EXPECT_THAT(stats.requests, ElementsAre(0, 1, 1, 0, 0));
}

TEST_F(counters, measures_that_come_later_are_in_every_reading_after_that) {
  want(one_, "cpu");
  for (int i = 0; i < 4; ++i) {
    time_.advance(1s);
    const auto r = read(one_);
    EXPECT_EQ(r->measures.size(), i == 0 ? 1u : 2u);
    EXPECT_EQ(text(*r, r->measures.back().name), i == 0 ? "one_seconds" : "later");
    EXPECT_EQ(text(*r, r->rows[0].labels[0]), "0");
    EXPECT_EQ(r->generation, static_cast<std::uint64_t>(i + 1));
  }
}

TEST_F(counters, a_request_that_is_none_is_refused_and_numbers_are_bounded) {
  const auto unknown = service_.want(&one_, {os::counter_origin::set, "cpuu", {}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, errc::invalid_argument);
  EXPECT_THAT(unknown.error().message, testing::HasSubstr("did you mean \"cpu\"?"));
  for (std::size_t i = 0; i < counter_service::max_requests; ++i)
    ASSERT_TRUE(service_.want(&one_, {os::counter_origin::file, "/" + std::to_string(i), {}}));
  const auto over = service_.want(&one_, {os::counter_origin::file, "/over", {}});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, errc::limit);
  EXPECT_TRUE(service_.want(&other_, {os::counter_origin::file, "/0", {}})) << "a known one costs nothing";
}

TEST_F(counters, a_failed_reading_leaves_the_last_one) {
  want(one_, "cpu");
  read(one_);
  time_.advance(1s);
  system_.broken = true;
  EXPECT_FALSE(service_.read(&one_, time_.mono(), time_.mono() + 1s));
  EXPECT_EQ(service_.stats().readings_total, 1u);
}

} // namespace
} // namespace reeve::plugin_host
