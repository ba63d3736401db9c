// SPDX-License-Identifier: Apache-2.0
// config/reeve.toml is documentation and configuration at once: it must load, and say of each key its
// default.
#include "load_text.hpp"

#include "reeve/config/print.hpp"
#include "reeve/config/size.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <set>

namespace reeve::config {
namespace {

const std::string shipped_path = REEVE_SOURCE_DIR "/config/reeve.toml";

std::string in_quotes(std::string_view text) {
  return cat("\"", text, "\"");
}
std::string duration(nanoseconds value) {
  return in_quotes(format_duration(value));
}
std::string flag(bool value) {
  return value ? "true" : "false";
}

void add_sampling(std::map<std::string, std::string>& out, const sampling_settings& s) {
  out["plugin_defaults.interval"] = duration(s.interval);
  out["plugin_defaults.deadline"] = duration(s.deadline);
  out["plugin_defaults.failures_before_quarantine"] = cat(s.failures_before_quarantine);
  out["plugin_defaults.quarantine_min"] = duration(s.quarantine_min);
  out["plugin_defaults.quarantine_max"] = duration(s.quarantine_max);
  out["plugin_defaults.max_series"] = cat(s.max_series);
  out["plugin_defaults.max_families"] = cat(s.max_families);
}

std::map<std::string, std::string> defaults() {
  const settings s;
  std::map<std::string, std::string> out{
      {"agent.instance", in_quotes(s.agent.instance)},
      {"agent.plugin_dir", in_quotes(s.agent.plugin_dir)},
      {"agent.control", flag(s.agent.control)},
      {"agent.state_dir", in_quotes(s.agent.state_dir)},
      {"agent.processes_on_stop", in_quotes(s.agent.processes_on_stop)},
      {"agent.strays", in_quotes(s.agent.strays)},
      {"http.listen", in_quotes(format_endpoint(s.http.listen.at(0)))},
      {"http.max_connections", cat(s.http.max_connections)},
      {"http.reload_endpoint", flag(s.http.reload_endpoint)},
      {"http.gzip", flag(s.http.gzip)},
      {"http.request_timeout", duration(s.http.request_timeout)},
      {"scrape.max_age", duration(s.scrape.max_age)},
      {"scrape.refresh_deadline", duration(s.scrape.refresh_deadline)},
      {"log.level", in_quotes(s.log.level)},
      {"log.format", in_quotes(s.log.format)},
      {"log.file", in_quotes(s.log.file)},
      {"log.max_size", in_quotes(format_size(s.log.max_size))},
      {"log.max_files", cat(s.log.max_files)},
      {"log.repeat_window", duration(s.log.repeat_window)},
      {"remedy.mode", in_quotes(s.remedy.mode)},
      {"remedy.protect", s.remedy.protect.empty() ? "[]" : "?"},
      {"remedy.allow_users", s.remedy.allow_users.empty() ? "[]" : "?"},
      {"remedy.max_actions_per_hour", cat(s.remedy.max_actions_per_hour)},
      {"remedy.on_audit_failure", in_quotes(s.remedy.on_audit_failure)},
      {"remedy.audit_max_size", in_quotes(format_size(s.remedy.audit_max_size))},
      {"remedy.audit_max_files", cat(s.remedy.audit_max_files)},
      {"remedy.dumps", cat(s.remedy.dumps)},
      {"rules.interval", duration(s.rule_engine.interval)},
      {"rules.max_series", cat(s.rule_engine.max_series)},
      {"rules.max_samples", cat(s.rule_engine.max_samples)},
  };
  add_sampling(out, s.plugin_defaults);
  return out;
}

// "table.key" to the value as written, of the lines "key = value" outside of [plugin.NAME].
std::map<std::string, std::string> written(std::string_view text) {
  std::map<std::string, std::string> out;
  std::string table;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with('[')) table = line.substr(1, line.find(']') - 1);
    const std::size_t equals = line.find(" = ");
    if (line.empty() || line[0] == '#' || equals == line.npos || table.starts_with("plugin.")) continue;
    out[cat(table, ".", line.substr(0, equals))] = line.substr(equals + 3);
  }
  return out;
}

// Which keys the reader knows, from the hint that an unknown key gets.
std::vector<std::string> known_keys(const std::string& table) {
  const loaded l = test::load_text(cat("[", table, "]\nzzzzzzzzzzzz = 1\n"));
  const std::string& hint = l.problems.at(0).hint;
  const std::string start = cat("[", table, "] may have: ");
  EXPECT_EQ(hint.find(start), 0u) << hint;
  std::vector<std::string> out;
  for (std::size_t at = start.size(); at < hint.size();) {
    const std::size_t end = std::min(hint.find(", ", at), hint.size());
    out.push_back(cat(table, ".", hint.substr(at, end - at)));
    at = end + 2;
  }
  return out;
}

TEST(ShippedFile, NamesEveryPluginOfThisProject) {
  const loaded l = load(shipped_path);
  for (const diagnostic& d : l.problems)
    ADD_FAILURE() << format(d, false);
  ASSERT_TRUE(l.value.has_value());
  std::set<std::string> named, folders;
  for (const plugin_settings& p : l.value->plugins)
    named.insert(p.name);
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(REEVE_SOURCE_DIR) / "plugins"))
    if (entry.is_directory()) folders.insert(entry.path().filename().string());
  EXPECT_EQ(named, folders);
}

TEST(ShippedFile, ShowsEveryKeyWithItsDefault) {
  EXPECT_EQ(written(reeve::test::read_file(shipped_path)), defaults());
}

TEST(ShippedFile, ShowsEveryKeyThatTheReaderKnows) {
  const std::map<std::string, std::string> shown = written(reeve::test::read_file(shipped_path));
  std::size_t count = 0;
  for (const char* table : {"agent", "http", "scrape", "log", "remedy", "plugin_defaults", "rules"})
    for (const std::string& key : known_keys(table)) {
      EXPECT_TRUE(shown.contains(key)) << key;
      ++count;
    }
  EXPECT_EQ(count, shown.size());
}

TEST(ShippedFile, EveryPrefixLoadsOrSaysWhyNot) {
  const std::string text = reeve::test::read_file(shipped_path);
  const test::config_folder folder("");
  std::size_t loaded_count = 0;
  for (std::size_t length = 0; length <= text.size(); ++length) {
    folder.write("reeve.toml", std::string_view(text).substr(0, length));
    const loaded l = folder.load();
    ASSERT_NE(l.value.has_value(), !l.problems.empty()) << "prefix of " << length << " bytes";
    if (l.value) ++loaded_count;
    for (const diagnostic& d : l.problems) {
      EXPECT_FALSE(d.message.empty());
      EXPECT_NE(d.where.line, 0u) << d.message;
      EXPECT_FALSE(format(d, true).empty());
    }
  }
  EXPECT_GT(loaded_count, 100u);
  EXPECT_LT(loaded_count, text.size());
}

// One byte replaced by a character that means something to the parser; every third byte, to keep the test short.
TEST(ShippedFile, AChangedByteLoadsOrSaysWhyNot) {
  const std::string text = reeve::test::read_file(shipped_path);
  const test::config_folder folder("");
  constexpr std::string_view replacements = "[]{}=\"'.\n\\#,\xFF";
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::string changed = text;
    changed[i] = replacements[i % replacements.size()];
    folder.write("reeve.toml", changed);
    const loaded l = folder.load();
    ASSERT_NE(l.value.has_value(), !l.problems.empty()) << "byte " << i;
    for (const diagnostic& d : l.problems)
      EXPECT_FALSE(format(d, false).empty());
  }
}

} // namespace
} // namespace reeve::config
