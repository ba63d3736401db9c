// SPDX-License-Identifier: Apache-2.0
// Days of an agent's life in a minute: process-watch's own module in the real host, at a tick every ten
// seconds of fake time, on a machine where everything changes all the time. What it holds must stay in
// proportion to what lives, and its memory must not grow.
#include "population.hpp"

#include "reeve/exposition/render.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/self_stats.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/plugin_rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::test {
namespace {

using plugin_host::process_reading;

constexpr std::uint64_t group_ttl_ticks = 30; // five minutes
constexpr std::uint64_t warm_up = 1'000;
constexpr std::uint64_t long_run = 10'000;

value_node text(const char* value) {
  return {std::string(value), {}};
}

value_node by_name() {
  return options({{"group_ttl", text("5m")}});
}
value_node every_process() {
  return options({{"group_ttl", text("5m")}, {"per_process", {true, {}}}});
}
// Families of processes: what a job starts belongs to it, for longer than it lives itself.
value_node families() {
  value_node::array rules;
  rules.push_back(options({{"name", text("family-{{.Comm}}")},
                           {"process_regex", text("^job-")},
                           {"include_children", {true, {}}},
                           {"per_process", {true, {}}},
                           {"max_processes", {std::int64_t{20}, {}}}}));
  return options(
      {{"group_ttl", text("5m")}, {"unmatched", text("group_by_name")}, {"group", {std::move(rules), {}}}});
}

std::size_t count_of(const store::snapshot& s, std::string_view family) {
  for (const store::layout::block& b : s.series->blocks)
    if (b.family->name == family) return b.count;
  return 0;
}

double sum_of(const store::snapshot& s, std::string_view family) {
  double sum = 0;
  for (const store::layout::block& b : s.series->blocks)
    if (b.family->name == family)
      for (std::uint32_t i = b.first; i < b.first + b.count; ++i)
        sum += s.values[i];
  return sum;
}

class soak : public testing::Test {
 protected:
  static void SetUpTestSuite() { os::tune_allocator(); } // as the agent does
  void start(value_node with) {
    auto started = plugin_rig::start("process-watch", std::move(with),
                                     {.processes = [this](const os::process_table_options&) {
                                       return result<std::unique_ptr<os::process_table>>(table_of(machine_));
                                     }});
    ASSERT_TRUE(started) << started.error().message;
    rig_ = *std::move(started);
    ASSERT_EQ(rig_->tick().status, REEVE_OK); // whoever ends in the first step has been seen
  }

  // One tick and one scrape of everything; what was published is in `last_`.
  void live_through_a_tick() {
    machine_.step();
    const auto out = rig_->tick();
    ASSERT_EQ(out.status, REEVE_OK) << out.error;
    ASSERT_TRUE(out.published);
    ASSERT_EQ(out.counters.dropped_series_total, 0u);
    last_ = out.published;
    live_series_ = out.live_series;
    scrape();
  }

  void scrape() {
    std::vector<store::snapshot_ptr> snapshots;
    for (store::board::entry& e : rig_->board().view())
      snapshots.push_back(std::move(e.latest));
    exposition::renderer page(std::move(snapshots), exposition::format::openmetrics);
    for (bool more = true; more;) {
      chunk_.clear();
      more = page.next(chunk_);
    }
    ASSERT_EQ(page.dropped_families() + page.dropped_series(), 0u);
  }

  std::size_t groups() const { return count_of(*last_, "reeve_process_group_processes"); }

  // Every handle that the plugin holds is a series of a group that is shown or of a process that lives.
  void expect_series_in_proportion() const {
    constexpr std::size_t of_a_group = 25, of_a_process = 17, of_limits = 2; // series_tables.cpp, and info
    EXPECT_GE(live_series_, last_->values.size());
    EXPECT_LE(live_series_, groups() * of_a_group + machine_.living() * of_a_process + of_limits);
  }

  void expect_what_lives() const {
    EXPECT_EQ(groups(), machine_.names_within(group_ttl_ticks).size());
    EXPECT_EQ(sum_of(*last_, "reeve_process_group_processes"), static_cast<double>(machine_.living()));
    expect_series_in_proportion();
  }

  population machine_;
  std::unique_ptr<plugin_rig> rig_;
  store::snapshot_ptr last_;
  std::uint32_t live_series_ = 0;
  std::string chunk_;
};

TEST_F(soak, groups_come_and_age_out) {
  start(by_name());
  for (std::uint64_t tick = 1; tick <= REEVE_SOAK_TICKS && !HasFailure(); ++tick) {
    SCOPED_TRACE(tick);
    live_through_a_tick();
    expect_what_lives();
  }
  EXPECT_GT(machine_.names(), REEVE_SOAK_TICKS / 2u); // or it was no soak
}

TEST_F(soak, processes_come_and_go) {
  start(every_process());
  for (std::uint64_t tick = 1; tick <= REEVE_SOAK_TICKS && !HasFailure(); ++tick) {
    SCOPED_TRACE(tick);
    live_through_a_tick();
    expect_what_lives();
    EXPECT_EQ(count_of(*last_, "reeve_process_start_time_seconds"), machine_.living());
    EXPECT_EQ(count_of(*last_, "reeve_process_state"), machine_.living());
    EXPECT_EQ(count_of(*last_, "reeve_process"), machine_.living()); // the info family
  }
}

TEST_F(soak, families_outlive_their_founders) {
  start(families());
  for (std::uint64_t tick = 1; tick <= REEVE_SOAK_TICKS && !HasFailure(); ++tick) {
    SCOPED_TRACE(tick);
    live_through_a_tick();
    EXPECT_EQ(sum_of(*last_, "reeve_process_group_processes"), static_cast<double>(machine_.living()));
    EXPECT_LE(groups(), 1001u); // max_groups and "other"
    expect_series_in_proportion();
  }
}

// A reader that keeps a reading for long costs one more, not one per tick.
TEST_F(soak, readings_are_used_again) {
  start(by_name());
  std::set<const process_reading*> seen;
  std::shared_ptr<const process_reading> kept;
  rig_->tables().processes.want(this, REEVE_PROCESS_SHORT_LIVED);
  for (std::uint64_t tick = 1; tick <= REEVE_SOAK_TICKS && !HasFailure(); ++tick) {
    live_through_a_tick();
    const auto mine = rig_->tables().processes.read(this, rig_->time().mono(), rig_->time().mono());
    ASSERT_TRUE(mine) << mine.error().message;
    EXPECT_EQ(mine->reading->rows.size(), machine_.living());
    EXPECT_LT(mine->reading->short_lived.size(), 16u); // seen by both, so only the last tick's are there
    seen.insert(mine->reading.get());
    if (tick % 100 == 0) kept = mine->reading;
  }
  rig_->tables().processes.forget(this);
  EXPECT_LE(seen.size(), 3u); // the last one, the one kept, and the one being made
}

class soak_memory : public soak {
 protected:
  // The memory that this process and what it loaded use, tick by tick after the warm-up, must not have a
  // trend. Levels are medians over a thousand ticks, four whole rounds of the machine's storms: what a storm
  // leaves in the allocator is in both. Between the two lie 8,000 ticks, in which some 100,000 processes and
  // 24,000 new names come and go, so the bounds are a few bytes for each: less than the smallest record of
  // one. They leave room for the largest table, some 100 KB of it, to double once more when the machine is
  // fuller than ever before.
  void run() {
    std::vector<std::int64_t> in_use, resident;
    in_use.reserve(long_run); // or it is this that is seen to grow
    resident.reserve(long_run);
    for (std::uint64_t tick = 1; tick <= long_run && !HasFatalFailure(); ++tick) {
      live_through_a_tick();
      if (tick <= warm_up) continue;
      const auto self = os::read_self_stats();
      ASSERT_TRUE(self) << self.error().message;
      in_use.push_back(heap_in_use());
      resident.push_back(static_cast<std::int64_t>(self->resident_bytes));
    }
    if (HasFatalFailure()) return;
    expect_what_lives();
    expect_level(in_use, 256 * 1024, "bytes in use");
    expect_level(resident, 512 * 1024, "bytes resident");
    RecordProperty("processes", static_cast<int>(machine_.begun()));
    RecordProperty("names", static_cast<int>(machine_.names()));
  }

 private:
  static std::int64_t median(std::vector<std::int64_t>::const_iterator from) {
    std::vector<std::int64_t> window(from, from + warm_up);
    std::nth_element(window.begin(), window.begin() + warm_up / 2, window.end());
    return window[warm_up / 2];
  }
  static void expect_level(const std::vector<std::int64_t>& of, std::int64_t growth, const char* what) {
    std::printf("%s, thousand by thousand ticks:", what);
    for (auto from = of.begin(); from != of.end(); from += warm_up)
      std::printf(" %lld", static_cast<long long>(median(from)));
    std::printf("\n");
    EXPECT_LE(median(of.end() - warm_up), median(of.begin()) + growth) << what;
  }
};

TEST_F(soak_memory, is_flat_with_groups) {
  start(by_name());
  run();
}

TEST_F(soak_memory, is_flat_with_every_process) {
  start(every_process());
  run();
}

} // namespace
} // namespace reeve::test
