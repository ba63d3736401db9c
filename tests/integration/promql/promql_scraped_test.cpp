// SPDX-License-Identifier: Apache-2.0
// A Prometheus server scrapes series that come and go, and marks where they end. The same snapshots, at the times of its
// scrapes, go the way that an agent's own rules see them.
#include "tests/integration/promql/both_answers.hpp"
#include "tests/integration/promql/scrape_target.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/rules/snapshot_feed.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>

namespace reeve::test {
namespace {

constexpr std::chrono::seconds scraping_bound{120};

std::string configuration(std::uint16_t port) {
  return cat("scrape_configs:\n"
             "  - job_name: target\n"
             "    scrape_interval: 200ms\n"
             "    scrape_timeout: 200ms\n"
             "    static_configs:\n"
             "      - targets: [\"",
             scrape_target::address, ":", port,
             "\"]\n"
             "    metric_relabel_configs:\n" // Reeve's own series have neither
             "      - regex: instance|job\n"
             "        action: labeldrop\n");
}

// The samples as they are stored, by time.
std::map<std::int64_t, double> stored(const prometheus_server& server, const std::string& metric) {
  std::map<std::int64_t, double> out;
  const auto body = server.api("query", {{"query", metric + "[1h]"}});
  if (!body) return out;
  const auto parsed = boost::json::parse(*body);
  for (const auto& row : parsed.at("data").at("result").as_array())
    for (const auto& sample : row.at("values").as_array())
      out[std::llround(sample.at(0).to_number<double>() * 1000)] =
          std::strtod(std::string(sample.at(1).as_string()).c_str(), nullptr);
  return out;
}

std::size_t failures(const prometheus_server& server) {
  std::size_t out = 0;
  for (const auto& [time, is_up] : stored(server, "up"))
    out += is_up == 0 ? 1 : 0;
  return out;
}

class promql_scraped_test : public testing::Test {
 protected:
  // Until the plan is through, with two scrapes at least while the target is away.
  static void scrape(scrape_target& target, const prometheus_server& server) {
    ASSERT_TRUE(wait_until([&] { return target.is_away(); }, scraping_bound)) << server.log();
    const std::size_t before = failures(server);
    ASSERT_TRUE(wait_until([&] { return failures(server) >= before + 2; }, scraping_bound)) << server.log();
    ASSERT_TRUE(wait_until([&] { return target.come_back(); }, scraping_bound));
    ASSERT_TRUE(wait_until(
        [&] {
          const auto numbers = stored(server, "scrape_number");
          return !numbers.empty() && numbers.rbegin()->second == scrape_target::last;
        },
        scraping_bound))
        << server.log();
  }

  static void SetUpTestSuite() {
    const std::uint16_t port = free_port();
    auto server = prometheus_server::start_with(configuration(port));
    ASSERT_TRUE(server) << server.error().message;
    scrape_target target(port); // after the server, which would inherit its socket
    ASSERT_NO_FATAL_FAILURE(scrape(target, **server));
    const auto done = (*server)->go_on_without_targets();
    ASSERT_TRUE(done) << done.error().message;

    auto memory = both_answers::memory_of_all();
    rules::snapshot_feed feed(*memory);
    const auto numbers = stored(**server, "scrape_number");
    for (const auto& [time, is_up] : stored(**server, "up")) {
      std::vector<store::board::entry> sources;
      if (const auto number = numbers.find(time); number != numbers.end()) {
        const auto answered = target.answer(static_cast<int>(number->second));
        ASSERT_TRUE(answered) << number->second;
        auto then = std::make_shared<store::snapshot>(*answered);
        then->unix_time = std::chrono::milliseconds(time);
        sources.push_back({"target", std::move(then)});
      }
      feed.take(sources, time);
      times_.push_back(time);
      failed_ += sources.empty() ? 1 : 0;
    }
    both_ = std::make_unique<both_answers>(*std::move(server), std::move(memory));
  }
  static void TearDownTestSuite() { both_.reset(); }

  // The time of every scrape; just before, just after and well after some of them; and long after the last, until what is seen
  // still has been without a sample for five minutes.
  static std::vector<std::int64_t> moments() {
    std::vector<std::int64_t> out;
    for (std::size_t i = 0; i < times_.size(); ++i) {
      out.push_back(times_[i]);
      if (i % 3 == 0) out.insert(out.end(), {times_[i] - 1, times_[i] + 1, times_[i] + 93});
    }
    for (const std::int64_t later : {1'000, 250'000, 299'999, 300'000, 300'001, 420'000})
      out.push_back(times_.back() + later);
    return out;
  }

  static std::unique_ptr<both_answers> both_;
  static std::vector<std::int64_t> times_; // of the scrapes
  static std::size_t failed_;              // of them
};
std::unique_ptr<both_answers> promql_scraped_test::both_;
std::vector<std::int64_t> promql_scraped_test::times_;
std::size_t promql_scraped_test::failed_ = 0;

TEST_F(promql_scraped_test, series_that_come_and_go_are_seen_as_a_scraping_server_sees_them) {
  const auto expressions = fixture_lines("scraped_expressions.txt");
  std::size_t with_samples = 0;
  for (const std::string& e : expressions)
    for (const std::int64_t at : moments()) {
      const auto both = both_->compare(e, at);
      ASSERT_TRUE(both.difference.empty())
          << both.difference << "\n  " << times_.back() - at << " ms before the last scrape";
      with_samples += both.theirs.samples.empty() ? 0 : 1;
    }
  std::cout << times_.size() << " scrapes, " << failed_ << " of them failed; " << expressions.size()
            << " expressions at " << moments().size() << " moments, " << with_samples
            << " results with samples\n";
  EXPECT_GE(failed_, 5u);
  EXPECT_GE(expressions.size(), 50u);
  EXPECT_GT(with_samples, expressions.size() * moments().size() / 4);
}

// Without marks they would be there for five minutes more.
TEST_F(promql_scraped_test, what_a_scrape_does_not_find_ends_with_it) {
  std::size_t ended = 0, failed = 0;
  for (const std::int64_t t : times_) {
    ended += both_->of_prometheus("scrape_number unless on () seen{name=\"often\"}", t).samples.size();
    failed += both_->of_prometheus("absent(scrape_number)", t).samples.size();
  }
  EXPECT_GE(ended, 5u);
  EXPECT_GE(failed, failed_);
}

} // namespace
} // namespace reeve::test
