// SPDX-License-Identifier: Apache-2.0
// Lines of matchers with tabs between them, each line one [[webhook.alert]], then an empty line and a body as Alertmanager
// posts it. What is read is written and read the same again, and what is handed over is what the matchers say, once.
#include "tests/fuzz/fuzzing.hpp"

#include "alert_matcher.hpp"
#include "label_matcher.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/webhook/intake.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace json = boost::json;
namespace config = reeve::config;
namespace webhook = reeve::webhook;
using reeve::cat;
using reeve::nanoseconds;
using relation = config::label_matcher::relation;

constexpr std::uint32_t queue_length = 20;

using reeve::fuzzing::expect;
using reeve::fuzzing::still_clock;

std::string written(const config::label_matcher& m) {
  static constexpr const char* signs[] = {"=", "!=", "=~", "!~"};
  std::string out = cat(m.label, signs[static_cast<std::size_t>(m.is)], "\"");
  for (const char c : m.value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::vector<config::webhook_alert_settings> read_tables(std::string_view& text) {
  std::vector<config::webhook_alert_settings> out;
  while (!text.empty()) {
    std::string_view line = reeve::take_until(text, '\n');
    if (line.empty()) break;
    config::webhook_alert_settings table;
    table.name = cat("table-", out.size());
    while (!line.empty()) {
      const auto read = config::parse_label_matcher(reeve::take_until(line, '\t'));
      if (!read) {
        expect(!read.error().message.empty());
        continue;
      }
      const auto again = config::parse_label_matcher(written(*read));
      expect(again && *again == *read);
      table.match.push_back(*read);
    }
    if (!table.match.empty() && out.size() < 8) out.push_back(std::move(table));
  }
  return out;
}

std::string written(nanoseconds unix_time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(unix_time);
  std::string digits = cat((unix_time - second).count());
  digits.insert(0, 9 - digits.size(), '0');
  return cat(reeve::format_utc(second).substr(0, 19), ".", digits, "Z");
}

json::object written(const webhook::labels& all) {
  json::object out;
  for (const auto& [name, value] : all)
    out.emplace(name, value);
  return out;
}

const char* written_status(bool is_resolved) {
  return is_resolved ? "resolved" : "firing";
}

std::string written(const webhook::payload& p) {
  json::array alerts;
  for (const webhook::alert& a : p.alerts)
    alerts.push_back({{"status", written_status(a.is_resolved)},
                      {"labels", written(a.all_labels)},
                      {"annotations", written(a.annotations)},
                      {"startsAt", written(a.starts_at)},
                      {"endsAt", a.ends_at ? written(*a.ends_at) : "0001-01-01T00:00:00Z"},
                      {"generatorURL", a.generator_url},
                      {"fingerprint", a.fingerprint}});
  return json::serialize(json::object{{"version", "4"},
                                      {"groupKey", p.group_key},
                                      {"truncatedAlerts", static_cast<std::int64_t>(p.truncated_alerts)},
                                      {"status", written_status(p.is_resolved)},
                                      {"receiver", p.receiver},
                                      {"groupLabels", written(p.group_labels)},
                                      {"commonLabels", written(p.common_labels)},
                                      {"commonAnnotations", written(p.common_annotations)},
                                      {"externalURL", p.external_url},
                                      {"alerts", std::move(alerts)}});
}

bool accepts(config::label_matcher m, const webhook::labels& labels) {
  const bool out = webhook::alert_matcher({m}).accepts(labels);
  const std::string_view value = webhook::value_of(labels, m.label);
  if (m.is == relation::equal) expect(out == (value == m.value));
  if (m.is == relation::not_equal) expect(out == (value != m.value));
  if (m.is == relation::matches) {
    m.is = relation::matches_not;
    expect(out != webhook::alert_matcher({m}).accepts(labels));
  }
  return out;
}

struct hand_over {
  std::vector<std::string> what; // table and fingerprint, in their order
  std::size_t taken =
      0; // those among them that are resolved within the same body are taken and not handed over
};

hand_over wanted(const std::vector<config::webhook_alert_settings>& tables, const webhook::payload& p) {
  std::vector<std::string> resolved;
  std::vector<std::pair<std::string, const webhook::alert*>> firing;
  std::map<std::string, nanoseconds> ended; // by fingerprint: when the latest that is resolved began
  std::set<std::string> seen;
  for (const webhook::alert& a : p.alerts)
    for (const config::webhook_alert_settings& table : tables) {
      if (!std::all_of(table.match.begin(), table.match.end(),
                       [&](const config::label_matcher& m) { return accepts(m, a.all_labels); }))
        continue;
      if (!seen.insert(cat(a.is_resolved ? 1 : 0, " ", a.starts_at.count(), " ", a.fingerprint)).second)
        break;
      if (a.is_resolved) {
        resolved.push_back(cat(table.name, " ", a.fingerprint));
        nanoseconds& latest = ended.emplace(a.fingerprint, a.starts_at).first->second;
        latest = std::max(latest, a.starts_at);
      } else {
        firing.emplace_back(cat(table.name, " ", a.fingerprint), &a);
      }
      break;
    }
  hand_over out{std::move(resolved), 0};
  out.taken = out.what.size() + firing.size();
  for (auto& [what, a] : firing)
    if (const auto found = ended.find(a->fingerprint); found == ended.end() || found->second < a->starts_at)
      out.what.push_back(std::move(what));
  return out;
}

std::vector<std::string> taken_from(webhook::intake& in) {
  std::vector<std::string> out;
  for (; const webhook::delivery* next = in.front(); in.pop_front())
    out.push_back(cat(next->mapping, " ", next->what.fingerprint));
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view body(reinterpret_cast<const char*>(data), size);
  config::webhook_settings settings;
  settings.queue = queue_length;
  settings.alerts = read_tables(body);
  const still_clock time;
  webhook::intake in(settings, time);
  const webhook::answer first = in.receive(body);
  expect(first.text.ends_with('\n'));
  const auto read = webhook::parse_alertmanager(body);
  if (!read) {
    expect(!read.error().message.empty() && first.status == 400 && in.waiting() == 0);
    return 0;
  }
  const std::string again = written(*read);
  const auto second = webhook::parse_alertmanager(again);
  expect(second && written(*second) == again);

  const hand_over all = wanted(settings.alerts, *read);
  expect(first.status == (all.taken > queue_length ? 413u : 200u));
  const std::vector<std::string> taken = taken_from(in);
  expect(first.status != 200 ? taken.empty() : taken == all.what);
  if (first.status != 200) return 0;
  expect(in.receive(again).status == 200 && in.waiting() == 0);
  return 0;
}
