// SPDX-License-Identifier: Apache-2.0
#include "reeve/webhook/payload.hpp"

#include "alert_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::webhook {
namespace {

using namespace std::chrono_literals;
using test::alert_text;
using test::body_of;
using test::changed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

std::string problem_of(const std::string& body) {
  const auto read = parse_alertmanager(body);
  if (read) return "none";
  EXPECT_EQ(read.error().code, errc::invalid_argument);
  return read.error().message;
}

TEST(payload, every_field_is_read) {
  alert_text second;
  second.status = "resolved";
  second.labels = R"({"alertname":"Leak","\u00e4":"\u20ac"})";
  const auto read = parse_alertmanager(
      changed(changed(body_of({{}, second}), "\"truncatedAlerts\":0", "\"truncatedAlerts\":7"),
              R"("status":"resolved","labels")",
              R"("status":"resolved","endsAt":"2026-11-26T12:00:45+01:00","labels")"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->group_key, "{}:{alertname=\"Leak\"}");
  EXPECT_EQ(read->truncated_alerts, 7u);
  EXPECT_FALSE(read->is_resolved);
  EXPECT_EQ(read->receiver, "reeve");
  EXPECT_THAT(read->group_labels, ElementsAre(Pair("alertname", "Leak")));
  EXPECT_THAT(read->common_labels, ElementsAre(Pair("alertname", "Leak"), Pair("severity", "critical")));
  EXPECT_THAT(read->common_annotations, ElementsAre(Pair("summary", "It leaks.")));
  EXPECT_EQ(read->external_url, "http://alertmanager:9093");
  ASSERT_EQ(read->alerts.size(), 2u);
  const alert& a = read->alerts[0];
  EXPECT_FALSE(a.is_resolved);
  EXPECT_THAT(a.all_labels, ElementsAre(Pair("alertname", "Leak"), Pair("severity", "critical")));
  EXPECT_THAT(a.annotations, ElementsAre(Pair("summary", "It leaks.")));
  EXPECT_EQ(a.starts_at, 1795690845s + 123ms);
  EXPECT_EQ(a.ends_at, std::nullopt); // year 1
  EXPECT_EQ(a.generator_url, "http://prometheus:9090/graph");
  EXPECT_EQ(a.fingerprint, "a1b2c3d4e5f60718");
  EXPECT_TRUE(read->alerts[1].is_resolved);
  EXPECT_THAT(read->alerts[1].all_labels,
              ElementsAre(Pair("alertname", "Leak"), Pair("\xC3\xA4", "\xE2\x82\xAC")));
}

TEST(payload, the_value_of_a_missing_label_is_empty) {
  EXPECT_EQ(value_of({{"a", "1"}, {"b", "2"}}, "b"), "2");
  EXPECT_EQ(value_of({{"a", "1"}}, "b"), "");
}

TEST(payload, unknown_fields_and_missing_ones_that_nothing_hangs_on) {
  const auto read = parse_alertmanager(
      R"({"version":"4","status":"resolved","new":{"a":[1,2.5,null,true]},"groupKey":null,"alerts":[
          {"status":"resolved","labels":{},"startsAt":"2026-11-26T11:00:45Z","fingerprint":"f","silenced":false}]} )");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->is_resolved);
  EXPECT_EQ(read->alerts.size(), 1u);
  EXPECT_EQ(problem_of(R"({"version":"4","status":"firing","alerts":[]})"), "none");
}

// They are kept for as long as the alert is in work, and a thousand may be.
TEST(payload, labels_are_bounded_in_their_length) {
  const auto with = [](std::size_t bytes) {
    alert_text a;
    a.labels =
        cat(R"({"alertname":")", std::string(bytes - std::string_view("alertname").size(), 'x'), "\"}");
    return problem_of(body_of({a}));
  };
  EXPECT_EQ(with(most_label_bytes), "none");
  EXPECT_EQ(with(most_label_bytes + 1), "alerts[0].labels: more than 16384 bytes");
}

TEST(payload, what_is_wrong_is_named) {
  const std::string good = body_of({{}, {}, {}, {}});
  const auto in_last = [&](std::string_view what, std::string_view by) {
    const std::size_t at = good.rfind(what);
    return problem_of(std::string(good).replace(at, what.size(), by));
  };
  EXPECT_EQ(in_last("2026-11-26T11", "yesterday"), "alerts[3].startsAt: not a time in RFC 3339");
  for (const char* year : {"1600", "1700", "1969", "2262"})
    EXPECT_EQ(in_last("2026-11-26T11", cat(year, "-11-26T11")),
              "alerts[3].startsAt: not a time from 1970 to 2261");
  EXPECT_EQ(in_last("\"startsAt\"", "\"startedAt\""), "alerts[3].startsAt: missing");
  EXPECT_EQ(in_last("0001-01-01T00", "0001-01-01 "), "alerts[3].endsAt: not a time in RFC 3339");
  EXPECT_EQ(in_last("\"fingerprint\"", "\"finger\""), "alerts[3].fingerprint: missing");
  EXPECT_EQ(in_last("a1b2c3d4e5f60718", ""), "alerts[3].fingerprint: empty");
  EXPECT_EQ(in_last("a1b2c3d4e5f60718", std::string(65, 'a')), "alerts[3].fingerprint: longer than 64 bytes");
  EXPECT_EQ(in_last("\"labels\":", "\"labels\":[],\"old\":"), "alerts[3].labels: not an object");
  EXPECT_EQ(in_last("\"labels\":", "\"label\":"), "alerts[3].labels: missing");
  EXPECT_EQ(in_last("\"It leaks.\"},\"startsAt\"", "5},\"startsAt\""),
            "alerts[3].annotations.summary: not a text");
  EXPECT_EQ(in_last("\"status\":\"firing\"", "\"status\":\"burning\""),
            "alerts[3].status: neither \"firing\" nor \"resolved\"");
  EXPECT_EQ(problem_of(changed(good, "\"version\":\"4\"", "\"version\":\"5\"")),
            "version: not \"4\", which is the one that is read here");
  EXPECT_EQ(problem_of(changed(good, "\"version\":\"4\"", "\"version\":4")), "version: not a text");
  EXPECT_EQ(problem_of(changed(good, "\"version\"", "\"v\"")), "version: missing");
  EXPECT_EQ(problem_of(changed(good, "\"alerts\":", "\"alert\":")), "alerts: missing");
  EXPECT_EQ(problem_of(changed(good, "\"alerts\":", "\"alerts\":{},\"old\":")), "alerts: not an array");
  EXPECT_EQ(problem_of(changed(good, "\"alerts\":[", "\"alerts\":[null,")), "alerts[0]: not an object");
  EXPECT_EQ(problem_of(changed(good, "\"truncatedAlerts\":0", "\"truncatedAlerts\":-1")),
            "truncatedAlerts: not a number from 0 on");
  EXPECT_EQ(problem_of(changed(good, "\"critical\"", "\"cri\\u0000tical\"")),
            "alerts[0].labels.severity: holds a zero character");
  EXPECT_EQ(problem_of(changed(good, "\"severity\":", "\"\":")), "alerts[0].labels: a name is empty");
}

TEST(payload, what_is_no_json_is_said_with_its_place) {
  EXPECT_THAT(problem_of(""), StartsWith("the body: not JSON at its byte 1: "));
  EXPECT_THAT(problem_of("status=firing"), StartsWith("the body: not JSON at its byte 1: "));
  EXPECT_THAT(problem_of(R"({"version":"4",})"), StartsWith("the body: not JSON at its byte 16: "));
  EXPECT_THAT(problem_of(body_of({{}}) + "x"), StartsWith("the body: not JSON at its byte "));
  EXPECT_THAT(problem_of("{\"version\":\"\xFF\"}"), StartsWith("the body: not JSON at its byte "));
  EXPECT_EQ(problem_of("[]"), "the body: not an object");
  EXPECT_EQ(problem_of("4"), "the body: not an object");
}

TEST(payload, is_bounded) {
  EXPECT_THAT(problem_of(changed(body_of({{}}),
                                 "\"receiver\":", "\"x\":" + std::string(100'000, '[') + ",\"receiver\":")),
              HasSubstr("not JSON at its byte"));
  std::string many = "\"labels\":{";
  for (std::size_t i = 0; i <= most_labels; ++i)
    many += cat("\"l", i, "\":\"\",");
  EXPECT_EQ(problem_of(changed(body_of({{}}), "\"labels\":{", many)),
            "alerts[0].labels: more than 256 names");
  std::string nothings(2 * (most_alerts + 1), ',');
  for (std::size_t i = 0; i < nothings.size(); i += 2)
    nothings[i] = '0';
  nothings.pop_back();
  EXPECT_THAT(problem_of(cat(R"({"version":"4","status":"firing","alerts":[)", nothings, "]}")),
              StartsWith("alerts: more than 10000"));
}

TEST(payload, a_body_that_is_cut_or_bent_anywhere_is_refused_or_read) {
  const std::string good = body_of({{}, {}});
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_FALSE(parse_alertmanager(std::string_view(good).substr(0, length))) << length;
  constexpr std::string_view replacements = "{}[]\":,0\\\xFF n";
  int read = 0;
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char by : replacements) {
      std::string bent = good;
      bent[at] = by;
      const auto result = parse_alertmanager(bent);
      read += result ? 1 : 0;
      if (!result) {
        EXPECT_NE(result.error().message, "");
      }
    }
  EXPECT_GT(read, 100); // within texts most characters are as good as others
}

} // namespace
} // namespace reeve::webhook
