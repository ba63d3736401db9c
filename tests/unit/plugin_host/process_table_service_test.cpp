// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/process_table_service.hpp"

#include "fake_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

namespace reeve::plugin_host {
namespace {

using namespace std::chrono_literals;
using os::process_field;
using testing::ElementsAre;

constexpr std::uint32_t cpu = REEVE_PROCESS_CPU, io = REEVE_PROCESS_IO, threads = REEVE_PROCESS_THREADS;
constexpr std::uint32_t short_lived = REEVE_PROCESS_SHORT_LIVED;

// What the fake system is, and what was asked of it. Outlives the tables made from it.
struct fake_system {
  std::vector<os::process_fields> readings; // the fields of each
  std::vector<bool> tables;                 // one entry per table made: does it watch short-lived ones?
  std::vector<std::string> ended;           // short-lived processes that the next reading tells of
  bool broken = false;
  std::mutex mutex;
  std::condition_variable changed;
  bool inside = false; // a reading has begun
  bool hold = false;   // and stays there
};

class fake_table final : public os::process_table {
 public:
  explicit fake_table(fake_system& system) : system_(system) {}
  result<> read(os::process_fields wanted, os::process_rows& out) override {
    std::unique_lock lock(system_.mutex);
    system_.inside = true;
    system_.changed.notify_all();
    system_.changed.wait(lock, [this] { return !system_.hold; });
    system_.readings.push_back(wanted);
    if (system_.broken) return error{errc::failed, "the system is broken"};
    out.rows.clear();
    out.short_lived.clear();
    out.text.clear();
    add(out, out.rows, 1, "init");
    out.rows.back().cpu_user_ns = system_.readings.size();
    std::uint32_t pid = 100;
    for (const std::string& name : std::exchange(system_.ended, {}))
      add(out, out.short_lived, pid++, name);
    out.short_lived_lost_total = 3;
    out.unreadable = {1, 2, system_.readings.size() + 2};
    return {};
  }
  std::string_view backend() const noexcept override { return "fake"; }
  std::string_view short_lived_unavailable() const noexcept override { return ""; }

 private:
  static void add(os::process_rows& out, std::vector<os::process_row>& rows, std::uint32_t pid,
                  const std::string& name) {
    os::process_row& row = rows.emplace_back();
    row.id = {pid, 1};
    row.name = {static_cast<std::uint32_t>(out.text.size()), static_cast<std::uint32_t>(name.size())};
    out.text += name;
  }
  fake_system& system_;
};

class service : public testing::Test {
 protected:
  service()
      : service_(time_,
                 [this](const os::process_table_options& o) -> result<std::unique_ptr<os::process_table>> {
                   system_.tables.push_back(o.watch_short_lived);
                   return std::make_unique<fake_table>(system_);
                 }) {}

  // A reading for this instant or later.
  process_table_service::view read(const int& who) { return read(who, time_.mono()); }
  process_table_service::view read(const int& who, nanoseconds not_before) {
    auto got = service_.read(&who, not_before, time_.mono() + 1s);
    EXPECT_TRUE(got) << got.error().message;
    return got ? *got : process_table_service::view{};
  }
  static std::vector<std::string> names(const process_table_service::view& v) {
    std::vector<std::string> out;
    for (std::size_t i = v.first_short_lived; i < v.reading->short_lived.size(); ++i) {
      const reeve_text name = v.reading->short_lived[i].name;
      out.push_back(v.reading->text.substr(name.offset, name.length));
    }
    return out;
  }

  test::fake_clock time_;
  fake_system system_;
  process_table_service service_;
  const int a = 0, b = 0; // subscribers are addresses
};

TEST_F(service, all_readers_of_a_tick_share_one_reading) {
  service_.want(&a, cpu);
  service_.want(&b, cpu);
  const nanoseconds tick = time_.mono();
  const auto first = read(a, tick);
  time_.advance(5ms);
  const auto second = read(b, tick);
  EXPECT_EQ(first.reading, second.reading);
  EXPECT_EQ(system_.readings.size(), 1u);
  EXPECT_EQ(first.reading->mono_time, tick);
}

TEST_F(service, the_next_tick_has_a_reading_of_its_own) {
  service_.want(&a, cpu);
  const auto first = read(a);
  time_.advance(1s);
  const auto second = read(a);
  EXPECT_NE(first.reading, second.reading);
  EXPECT_EQ(second.reading->generation, first.reading->generation + 1);
  EXPECT_EQ(first.reading->rows[0].cpu_user_ns, 1u) << "a reading that is held must not be written again";
  EXPECT_EQ(second.reading->rows[0].cpu_user_ns, 2u);
}

TEST_F(service, a_reading_keeps_its_own_counts) {
  service_.want(&a, cpu);
  const auto first = read(a);
  time_.advance(1s);
  read(a);
  EXPECT_THAT(first.reading->unreadable, ElementsAre(1, 2, 3)) << "of that reading, whatever came after it";
  EXPECT_EQ(first.reading->short_lived_lost_total, 3u);
  EXPECT_THAT(service_.stats().unreadable, ElementsAre(1, 2, 4));
}

TEST_F(service, reads_what_any_of_them_wants) {
  service_.want(&a, cpu | threads);
  service_.want(&b, io);
  read(a);
  EXPECT_THAT(system_.readings, ElementsAre(cpu | threads | io));
  service_.forget(&b);
  time_.advance(1s);
  read(a);
  EXPECT_EQ(system_.readings.back(), cpu | threads);
  service_.want(&a, cpu); // the last word counts
  time_.advance(1s);
  read(a);
  EXPECT_EQ(system_.readings.back(), cpu);
}

TEST_F(service, a_reading_that_lacks_a_wanted_field_is_not_shared) {
  service_.want(&a, cpu);
  const nanoseconds tick = time_.mono();
  read(a, tick);
  service_.want(&b, io);
  read(b, tick);
  EXPECT_EQ(system_.readings.size(), 2u);
  read(a, tick);
  EXPECT_EQ(system_.readings.size(), 2u); // the later one has what a wants
}

TEST_F(service, memory_of_readings_that_nobody_holds_is_used_again) {
  service_.want(&a, cpu);
  const void* first = read(a).reading.get();
  bool again = false;
  for (int i = 0; i < 3 && !again; ++i) {
    time_.advance(1s);
    again = read(a).reading.get() == first;
  }
  EXPECT_TRUE(again);
}

TEST_F(service, a_failed_reading_is_an_error_and_the_next_is_tried_anew) {
  service_.want(&a, cpu);
  system_.broken = true;
  const auto got = service_.read(&a, time_.mono(), time_.mono() + 1s);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "the system is broken");
  system_.broken = false;
  EXPECT_EQ(read(a).reading->rows.size(), 1u);
}

TEST_F(service, a_reader_waits_for_another_no_longer_than_its_deadline) {
  service_.want(&a, cpu);
  service_.want(&b, cpu);
  system_.hold = true;
  std::thread other([this] { read(a); });
  {
    std::unique_lock lock(system_.mutex);
    system_.changed.wait(lock, [this] { return system_.inside; });
  }
  const auto late = service_.read(&b, time_.mono(), time_.mono());
  EXPECT_FALSE(late);
  if (!late) {
    EXPECT_EQ(late.error().code, errc::timed_out);
  }
  {
    const std::scoped_lock lock(system_.mutex);
    system_.hold = false;
  }
  system_.changed.notify_all();
  other.join();
  EXPECT_TRUE(service_.read(&b, nanoseconds(0), time_.mono()));
}

TEST_F(service, short_lived_processes_reach_every_reader_once_whatever_its_interval) {
  service_.want(&a, short_lived);
  service_.want(&b, short_lived);
  const auto tick = [&](std::vector<std::string> ended) {
    time_.advance(1s);
    system_.ended = std::move(ended);
  };
  tick({});
  read(a);
  read(b);
  tick({"one", "two"});
  EXPECT_THAT(names(read(a)), ElementsAre("one", "two"));
  tick({"three"});
  EXPECT_THAT(names(read(a)), ElementsAre("three"));
  tick({});
  EXPECT_THAT(names(read(a)), ElementsAre());
  tick({"four"});
  EXPECT_THAT(names(read(b)), ElementsAre("one", "two", "three", "four")); // four ticks later, in order
  EXPECT_THAT(names(read(a, time_.mono())), ElementsAre("four"));          // the same reading
  tick({});
  EXPECT_THAT(names(read(b)), ElementsAre());
}

TEST_F(service, what_every_reader_has_seen_is_let_go) {
  service_.want(&a, short_lived);
  service_.want(&b, short_lived);
  read(a);
  read(b);
  time_.advance(1s);
  system_.ended = {"one"};
  read(a);
  read(b);
  time_.advance(1s);
  EXPECT_EQ(read(a).reading->short_lived.size(), 0u);
}

TEST_F(service, a_newcomer_is_not_told_of_what_ended_before_it_came) {
  service_.want(&a, short_lived);
  read(a);
  time_.advance(1s);
  system_.ended = {"early"};
  read(a);
  service_.want(&b, short_lived);
  time_.advance(1s);
  system_.ended = {"late"};
  EXPECT_THAT(names(read(b)), ElementsAre("late"));
}

TEST_F(service, a_reader_that_never_comes_costs_a_bounded_memory) {
  service_.want(&a, short_lived);
  service_.want(&b, short_lived);
  read(a);
  read(b);
  for (int i = 0; i < 10; ++i) {
    time_.advance(1s);
    system_.ended.assign(1000, "x");
    EXPECT_EQ(names(read(a)).size(), 1000u);
  }
  EXPECT_LE(read(a).reading->short_lived.size(), 8192u);
  EXPECT_GE(service_.stats().short_lived_lost_total, 3u + 10'000 - 8192) << "what was let go is counted";
}

TEST_F(service, the_table_watches_short_lived_ones_from_when_somebody_asks) {
  service_.want(&a, cpu);
  read(a);
  service_.want(&b, short_lived);
  time_.advance(1s);
  read(b);
  time_.advance(1s);
  service_.forget(&b);
  read(a);
  EXPECT_THAT(system_.tables, ElementsAre(false, true));
}

TEST_F(service, tells_of_itself) {
  EXPECT_EQ(service_.stats().backend, "");
  service_.want(&a, cpu);
  read(a);
  const process_table_stats s = service_.stats();
  EXPECT_EQ(s.backend, "fake");
  EXPECT_EQ(s.rows, 1u);
  EXPECT_EQ(s.readings_total, 1u);
  EXPECT_THAT(s.unreadable, ElementsAre(1, 2, 3));
}

TEST_F(service, many_threads_read_at_once) {
  std::vector<std::thread> all;
  std::vector<int> subscribers(4);
  for (int& who : subscribers) {
    service_.want(&who, cpu);
    all.emplace_back([this, &who] {
      const nanoseconds now = time_.mono();
      for (int i = 0; i < 2000; ++i) {
        const auto got =
            service_.read(&who, now + nanoseconds(i % 2), now + 1h); // the last one and a new one, in turn
        // Looked at without a lock until it is let go: the thread sanitizer sees whether the next reading into the same
        // memory is made after that. Hence no clock that is moved here: it would put the threads in an order.
        if (!got || got->reading->rows.at(0).cpu_user_ns != got->reading->generation) ADD_FAILURE();
      }
      service_.forget(&who);
    });
  }
  for (std::thread& one : all)
    one.join();
  EXPECT_GT(service_.stats().readings_total, 0u);
}

} // namespace
} // namespace reeve::plugin_host
