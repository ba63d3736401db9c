// SPDX-License-Identifier: Apache-2.0
#include "reeve/webhook/intake.hpp"

#include "alert_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::webhook {
namespace {

using namespace std::chrono_literals;
using config::label_matcher;
using test::alert_text;
using test::body_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class hand_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override { return now; }
  nanoseconds unix_time() const noexcept override { return now; }
  nanoseconds now = 1h;
};

config::webhook_alert_settings mapping(std::string name, std::vector<label_matcher> match) {
  config::webhook_alert_settings out;
  out.name = std::move(name);
  out.match = std::move(match);
  return out;
}

config::webhook_settings leaks() {
  config::webhook_settings out;
  out.queue = 4;
  out.alerts = {mapping("leak", {{"alertname", label_matcher::relation::equal, "Leak"}})};
  return out;
}

alert_text numbered(int n) {
  alert_text out;
  out.fingerprint = cat("f", n);
  return out;
}

alert_text resolved(int n) {
  alert_text out = numbered(n);
  out.status = "resolved";
  return out;
}

std::vector<std::string> drained(intake& from) {
  std::vector<std::string> out;
  for (; from.front(); from.pop_front())
    out.push_back(cat(from.front()->mapping, " ", from.front()->what.fingerprint,
                      from.front()->what.is_resolved ? " resolved" : ""));
  return out;
}

std::uint64_t counted(const intake& in, bool is_resolved, alert_result r) {
  return in.counters().alerts[is_resolved][static_cast<std::size_t>(r)];
}

TEST(intake, an_alert_waits_once) {
  hand_clock time;
  intake in(leaks(), time);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(in.receive(body_of({{}, {}})).status, 200u);
  EXPECT_THAT(drained(in), ElementsAre("leak a1b2c3d4e5f60718"));
  EXPECT_EQ(in.receive(body_of({{}})).text, "taken: 0 of 1 alerts\n");
  EXPECT_EQ(counted(in, false, alert_result::queued), 1u);
  EXPECT_EQ(counted(in, false, alert_result::duplicate), 100u);
  EXPECT_EQ(in.counters().body_bytes, 50 * body_of({{}, {}}).size() + body_of({{}}).size());
}

TEST(intake, another_beginning_is_another_alert_and_another_writing_of_it_is_not) {
  hand_clock time;
  intake in(leaks(), time);
  alert_text later, elsewhere;
  later.starts_at = "2026-11-26T11:00:45.124Z";
  elsewhere.starts_at = "2026-11-26T13:00:45.123+02:00";
  in.receive(body_of({{}, later, elsewhere}));
  EXPECT_EQ(in.waiting(), 2u);
}

TEST(intake, resolved_ones_are_handed_over_as_such) {
  hand_clock time;
  intake in(leaks(), time);
  alert_text over;
  over.status = "resolved";
  in.receive(body_of({{}}));
  EXPECT_THAT(drained(in), ElementsAre("leak a1b2c3d4e5f60718"));
  in.receive(body_of({over}));
  in.receive(body_of({over}));
  EXPECT_THAT(drained(in), ElementsAre("leak a1b2c3d4e5f60718 resolved"));
  EXPECT_EQ(counted(in, true, alert_result::resolved), 1u);
  EXPECT_EQ(counted(in, true, alert_result::duplicate), 1u);
  EXPECT_EQ(counted(in, true, alert_result::queued), 0u);
}

// What waits for room would wait for ever if the end of what takes the room waited behind it.
TEST(intake, resolved_ones_go_ahead_of_those_that_fire_and_end_their_waiting) {
  hand_clock time;
  intake in(leaks(), time);
  in.receive(body_of({numbered(1), numbered(2), numbered(3)}));
  alert_text earlier = resolved(1), later = resolved(3);
  earlier.starts_at = "2026-11-26T11:00:00Z";
  later.starts_at = "2026-11-26T12:00:00Z";
  EXPECT_EQ(in.receive(body_of({earlier, resolved(2), later})).status, 200u);
  EXPECT_EQ(in.waiting(), 4u);
  EXPECT_THAT(drained(in),
              ElementsAre("leak f1 resolved", "leak f2 resolved", "leak f3 resolved", "leak f1"));
  EXPECT_EQ(in.receive(body_of({numbered(4), resolved(4)})).status, 200u);
  EXPECT_THAT(drained(in), ElementsAre("leak f4 resolved"));
}

// Of a cluster one Alertmanager may be behind the others.
TEST(intake, what_is_resolved_does_not_fire_again) {
  hand_clock time;
  intake in(leaks(), time);
  in.receive(body_of({resolved(1)}));
  alert_text later = numbered(1);
  later.starts_at = "2026-11-26T12:00:00Z";
  in.receive(body_of({numbered(1), later}));
  EXPECT_THAT(drained(in), ElementsAre("leak f1 resolved", "leak f1"));
  EXPECT_EQ(counted(in, false, alert_result::duplicate), 1u);
  alert_text over = resolved(2);
  over.starts_at = "2026-11-26T12:00:00Z";
  for (int i = 0; i < 2; ++i)
    in.receive(body_of({numbered(2), over}));
  EXPECT_THAT(drained(in), ElementsAre("leak f2 resolved"));
}

TEST(intake, resolved_ones_are_taken_when_there_is_no_room_for_others) {
  hand_clock time;
  intake in(leaks(), time);
  in.receive(body_of({numbered(1), numbered(2), numbered(3), numbered(4)}));
  EXPECT_EQ(in.receive(body_of({numbered(5), resolved(0)})).status, 503u);
  EXPECT_EQ(in.receive(body_of({numbered(5), numbered(6), resolved(4)})).status, 503u);
  EXPECT_EQ(counted(in, true, alert_result::resolved), 2u);
  EXPECT_EQ(counted(in, false, alert_result::queued), 4u);
  EXPECT_EQ(in.receive(body_of({numbered(5), resolved(4)})).status, 200u); // in the place of the fourth
  EXPECT_EQ(counted(in, true, alert_result::duplicate), 1u);
  EXPECT_THAT(drained(in), ElementsAre("leak f0 resolved", "leak f4 resolved", "leak f1", "leak f2",
                                       "leak f3", "leak f5"));
  for (int i = 10; i < 14; ++i)
    EXPECT_EQ(in.receive(body_of({resolved(i)})).status, 200u);
  EXPECT_EQ(in.receive(body_of({resolved(14)})).status, 503u); // they are bounded, too
  EXPECT_EQ(in.receive(body_of({numbered(14)})).status, 200u);
}

TEST(intake, what_does_not_come_for_a_day_is_forgotten) {
  hand_clock time;
  intake in(leaks(), time);
  in.receive(body_of({{}}));
  time.now += 23h;
  in.receive(body_of({{}})); // it fires on
  time.now += 23h;
  in.receive(body_of({{}}));
  EXPECT_EQ(in.waiting(), 1u);
  time.now += 25h;
  in.receive(body_of({{}}));
  EXPECT_EQ(in.waiting(), 2u);
}

TEST(intake, a_full_queue_takes_all_of_a_body_or_nothing) {
  hand_clock time;
  intake in(leaks(), time);
  EXPECT_EQ(in.receive(body_of({numbered(1), numbered(2), numbered(3)})).status, 200u);
  const answer refused = in.receive(body_of({numbered(4), numbered(5)}));
  EXPECT_EQ(refused.status, 503u);
  EXPECT_THAT(refused.text, HasSubstr("none was taken"));
  EXPECT_EQ(in.waiting(), 3u);
  EXPECT_EQ(counted(in, false, alert_result::queued), 3u);
  EXPECT_EQ(in.receive(body_of({numbered(1), numbered(4)})).status, 200u); // a repeat needs no room
  EXPECT_THAT(drained(in), ElementsAre("leak f1", "leak f2", "leak f3", "leak f4"));
  EXPECT_EQ(in.receive(body_of({numbered(4), numbered(5)})).status, 200u); // and was not taken for a repeat
  EXPECT_THAT(drained(in), ElementsAre("leak f5"));
}

TEST(intake, more_than_the_whole_queue_is_refused_for_good) {
  hand_clock time;
  intake in(leaks(), time);
  const answer refused =
      in.receive(body_of({numbered(1), numbered(2), numbered(3), numbered(4), numbered(5)}));
  EXPECT_EQ(refused.status, 413u);
  EXPECT_THAT(refused.text, HasSubstr("max_alerts"));
  EXPECT_EQ(in.waiting(), 0u);
}

TEST(intake, the_text_that_waits_is_bounded) {
  hand_clock time;
  config::webhook_settings settings = leaks();
  settings.queue = 2000;
  intake in(settings, time);
  unsigned status = 200;
  int taken = 0;
  for (; taken < 2000; ++taken) {
    alert_text big = numbered(taken);
    big.labels = cat(R"({"alertname":"Leak","x":")", std::string(16'000, 'x'), "\"}");
    status = in.receive(body_of({big})).status;
    if (status != 200) break;
  }
  EXPECT_EQ(status, 503u);
  EXPECT_GT(taken, 1000);
  EXPECT_LT(taken, 1049); // of 16'000 bytes each
  in.pop_front();
  EXPECT_EQ(in.receive(body_of({numbered(1000)})).status, 200u);
}

TEST(intake, the_first_mapping_that_matches_is_taken) {
  hand_clock time;
  config::webhook_settings settings;
  using enum label_matcher::relation;
  settings.alerts = {mapping("pages", {{"alertname", equal, "Leak"}, {"severity", matches, "crit.*|page"}}),
                     mapping("others", {{"alertname", matches, "L.*"}, {"team", equal, ""}}),
                     mapping("rest", {{"team", not_equal, "web"}, {"team", matches_not, "d.|"}})};
  intake in(settings, time);
  auto with = [&, n = 0](std::string labels) mutable {
    alert_text a = numbered(++n);
    a.labels = std::move(labels);
    in.receive(body_of({a}));
    const auto to = drained(in);
    return to.empty() ? std::string("none") : to[0].substr(0, to[0].find(' '));
  };
  EXPECT_EQ(with(R"({"alertname":"Leak","severity":"critical"})"), "pages");
  EXPECT_EQ(with(R"({"alertname":"Leak","severity":"page"})"), "pages");
  EXPECT_EQ(with(R"({"alertname":"Leak","severity":"pages"})"), "others"); // the whole value has to match
  EXPECT_EQ(with(R"({"alertname":"Lost"})"), "others");
  EXPECT_EQ(with(R"({"alertname":"Lost","team":"shop"})"), "rest");
  EXPECT_EQ(with(R"({"alertname":"Lost","team":"web"})"), "none");
  EXPECT_EQ(with(R"({"alertname":"Lost","team":"db"})"), "none");
  EXPECT_EQ(with(R"({"alertname":"Other"})"), "none");
  EXPECT_EQ(counted(in, false, alert_result::unmatched), 3u);
}

TEST(intake, other_mappings_keep_what_waits_and_what_was_seen) {
  hand_clock time;
  intake in(leaks(), time);
  in.receive(body_of({numbered(1)}));
  config::webhook_settings next = leaks();
  next.alerts[0].name = "renamed";
  in.apply(next);
  in.receive(body_of({numbered(1), numbered(2)}));
  EXPECT_THAT(drained(in), ElementsAre("leak f1", "renamed f2"));
}

// Else what was begun because of it goes on.
TEST(intake, the_end_of_what_was_handed_over_is_handed_over_though_it_matches_no_more) {
  hand_clock time;
  intake in(leaks(), time);
  in.receive(body_of({numbered(1)}));
  EXPECT_THAT(drained(in), ElementsAre("leak f1"));
  in.receive(body_of({numbered(2)}));
  config::webhook_settings next = leaks();
  next.alerts[0].match[0].value = "Other";
  in.apply(next);
  time.now += 23h;
  in.receive(body_of({numbered(1), numbered(2)})); // they fire on, and are remembered
  time.now += 23h;
  EXPECT_EQ(in.receive(body_of({resolved(1), resolved(2), resolved(3)})).text, "taken: 2 of 3 alerts\n");
  EXPECT_THAT(drained(in), ElementsAre(" f1 resolved", " f2 resolved"));
  EXPECT_EQ(counted(in, true, alert_result::resolved), 2u);
  EXPECT_EQ(counted(in, true, alert_result::unmatched), 1u) << "nothing is known of the third";
  EXPECT_EQ(counted(in, false, alert_result::unmatched), 2u);
  in.receive(body_of({resolved(1)}));
  EXPECT_THAT(drained(in), IsEmpty());
  EXPECT_EQ(counted(in, true, alert_result::duplicate), 1u);
}

TEST(intake, a_bad_body_is_400_with_its_reason) {
  hand_clock time;
  intake in(leaks(), time);
  const answer a = in.receive("{}");
  EXPECT_EQ(a.status, 400u);
  EXPECT_EQ(a.text, "version: missing\n");
  EXPECT_EQ(in.waiting(), 0u);
}

} // namespace
} // namespace reeve::webhook
