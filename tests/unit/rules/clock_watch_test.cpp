// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/clock_watch.hpp"

#include "reeve/rules/snapshot_feed.hpp"
#include "rules_support.hpp"
#include "tests/unit/store/store_support.hpp"

#include <gmock/gmock.h>

namespace reeve::rules {
namespace {

using namespace std::chrono_literals;
using test::only;
using test::rule_of;
using test::texts;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(clock_watch, tells_a_clock_that_is_set_from_one_that_is_slewed) {
  clock_watch w;
  EXPECT_FALSE(w.offset());
  EXPECT_EQ(w.set_by_ms(10s, 1000s), 0);
  EXPECT_EQ(w.offset(), 990s);
  EXPECT_EQ(w.set_by_ms(20s, 1010s + 999ms), 0);
  EXPECT_EQ(w.set_by_ms(30s, 1020s + 1998ms), 0) << "each time a little";
  EXPECT_EQ(w.set_by_ms(40s, 1031s + 998ms + 3600s), 3'600'000);
  EXPECT_EQ(w.set_by_ms(50s, 1041s + 998ms), -3'600'000);
  EXPECT_EQ(w.set_by_ms(60s, 1052s + 998ms), 1000);
}

// One rule over the gauge x of one source, which is sampled and looked at each 10 s of a steady clock.
class set_clock : public testing::Test {
 protected:
  void use(rule r) { rules_ = std::make_unique<rule_set>(only(std::move(r)), memory_); }
  void set_by(nanoseconds by) { offset_ += by; }
  store::snapshot_ptr sample(double value) {
    batch_.begin();
    EXPECT_TRUE(batch_.add(x_, {}, value));
    return batch_.commit(mono_, mono_ + offset_, ++cycle_);
  }
  std::vector<std::string> look() {
    if (const auto by_ms = watch_.set_by_ms(mono_, mono_ + offset_); by_ms != 0) {
      memory_.move(by_ms);
      rules_->move(by_ms);
    }
    const store::board::entry all[] = {{"p", latest_}};
    feed_.take(all, now_ms(), watch_.offset());
    return texts(rules_->evaluate(now_ms()));
  }
  std::vector<std::string> next(double value) {
    mono_ += 10s;
    latest_ = sample(value);
    return look();
  }
  std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(mono_ + offset_).count();
  }

  series_memory memory_;
  snapshot_feed feed_{memory_};
  store::batch batch_{store::batch_limits{}};
  const store::family_id x_ = batch_.family(store::gauge("x")).value();
  std::unique_ptr<rule_set> rules_;
  clock_watch watch_;
  store::snapshot_ptr latest_;
  nanoseconds mono_ = 1000s, offset_ = 1'700'000'000s;
  std::uint64_t cycle_ = 0;
};

TEST_F(set_clock, nothing_has_held_for_longer_because_it_was_put_forward) {
  rule r = rule_of("high", "x > 5");
  r.hold_ms = 30'000;
  use(std::move(r));
  EXPECT_THAT(next(6), ElementsAre("pending high {} 6"));
  set_by(1h);
  EXPECT_THAT(next(6), IsEmpty());
  set_by(-2h);
  EXPECT_THAT(next(6), IsEmpty());
  EXPECT_THAT(next(6), ElementsAre("firing high {} 6"));
  EXPECT_EQ(rules_->alerts().at(0).active_since_ms, now_ms() - 30'000);
}

TEST_F(set_clock, what_is_kept_firing_resolves_in_time) {
  rule r = rule_of("high", "x > 5");
  r.keep_firing_ms = 20'000;
  use(std::move(r));
  EXPECT_THAT(next(6), ElementsAre("firing high {} 6"));
  EXPECT_THAT(next(1), IsEmpty());
  set_by(-1h);
  EXPECT_THAT(next(1), IsEmpty());
  EXPECT_THAT(next(1), ElementsAre("resolved high {} 6"));
}

TEST_F(set_clock, series_go_on_and_so_do_their_histories) {
  use(rule_of("grows", "absent(x) or delta(x[30s]) == 30"));
  EXPECT_THAT(next(10), IsEmpty());
  EXPECT_THAT(next(20), IsEmpty());
  set_by(-1h);
  EXPECT_THAT(next(30), ElementsAre("firing grows {} 30"));
  set_by(3h);
  EXPECT_THAT(next(40), IsEmpty());
  EXPECT_THAT(next(45), ElementsAre("resolved grows {} 30"));
  EXPECT_EQ(memory_.use().late_points_total, 0u);
}

// Its time is from before, though it is seen only now.
TEST_F(set_clock, a_snapshot_that_was_under_way_lies_where_it_was_made) {
  use(rule_of("high", "x > 5"));
  EXPECT_THAT(next(1), IsEmpty());
  mono_ += 10s;
  latest_ = sample(6);
  mono_ += 1s;
  set_by(-1h);
  EXPECT_THAT(look(), ElementsAre("firing high {} 6"));
  mono_ += 299s;
  EXPECT_THAT(look(), IsEmpty());
  mono_ += 1s;
  EXPECT_THAT(look(), ElementsAre("resolved high {} 6"));
}

TEST_F(set_clock, a_source_that_goes_ends_after_its_last_sample) {
  use(rule_of("high", "x > 5"));
  EXPECT_THAT(next(6), ElementsAre("firing high {} 6"));
  set_by(-1h);
  EXPECT_THAT(look(), IsEmpty());
  mono_ += 10s;
  feed_.take({}, now_ms(), watch_.offset());
  EXPECT_THAT(texts(rules_->evaluate(now_ms())), ElementsAre("resolved high {} 6"));
}

TEST_F(set_clock, what_the_memory_lacks_it_lacks_no_longer_than_that) {
  memory_limits limits;
  limits.points = 1;
  series_memory memory(limits);
  const auto x = memory.select(test::selected_by("x[10s]"));
  const auto n = memory.find_or_make(test::labels("x"), 0);
  memory.append(n, 10'000, 1);
  memory.append(n, 15'000, 1);
  memory.move(-10'000);
  EXPECT_FALSE(memory.is_whole(x, 15'000));
  EXPECT_TRUE(memory.is_whole(x, 15'001));
}

} // namespace
} // namespace reeve::rules
