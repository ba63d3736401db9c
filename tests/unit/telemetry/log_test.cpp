// SPDX-License-Identifier: Apache-2.0
#include "log_to_file.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>

#include <array>
#include <thread>

namespace reeve::test {
namespace {

using Log = LogToFile;
using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::ElementsAre;

TEST_F(Log, TextIsOneLineWithItsFields) {
  open().write(log_level::warn, "plugin", "quarantined", {{"plugin", "foo"}, {"reason", "deadline passed"}});
  EXPECT_EQ(file_text(),
            "2026-11-23T12:00:00.123Z WARN  plugin: quarantined plugin=foo reason=\"deadline passed\"\n");
}

TEST_F(Log, JsonIsOneObjectPerLine) {
  options.json = true;
  open().write(log_level::warn, "plugin", "quarantined", {{"plugin", "foo"}, {"reason", "deadline passed"}});
  log->write(log_level::info, "app", "ready");
  EXPECT_EQ(file_text(),
            "{\"time\":\"2026-11-23T12:00:00.123Z\",\"level\":\"warn\",\"component\":\"plugin\",\"message\":"
            "\"quarantined\",\"fields\":{\"plugin\":\"foo\",\"reason\":\"deadline passed\"}}\n"
            "{\"time\":\"2026-11-23T12:00:00.123Z\",\"level\":\"info\",\"component\":\"app\",\"message\":"
            "\"ready\"}\n");
}

TEST_F(Log, EveryLevel) {
  options.level = log_level::trace;
  open();
  for (const log_level level :
       {log_level::trace, log_level::debug, log_level::info, log_level::warn, log_level::error})
    log->write(level, "c", "m");
  EXPECT_THAT(lines(), ElementsAre("TRACE c: m", "DEBUG c: m", "INFO  c: m", "WARN  c: m", "ERROR c: m"));
  EXPECT_THAT(log->counters().written, ElementsAre(1, 1, 1, 1, 1));
}

TEST_F(Log, LinesBelowTheLevelAreNotWritten) {
  open();
  EXPECT_FALSE(log->enabled(log_level::debug));
  EXPECT_TRUE(log->enabled(log_level::info));
  log->write(log_level::debug, "c", "1");
  log->set_level(log_level::debug);
  log->write(log_level::debug, "c", "2");
  log->set_level(log_level::error);
  log->write(log_level::warn, "c", "3");
  EXPECT_THAT(lines(), ElementsAre("DEBUG c: 2"));
  EXPECT_EQ(sum(log->counters().written), 1u);
  EXPECT_EQ(sum(log->counters().suppressed) + sum(log->counters().dropped), 0u);
}

TEST(LogLevel, NamesReadBack) {
  for (const log_level level :
       {log_level::trace, log_level::debug, log_level::info, log_level::warn, log_level::error})
    EXPECT_EQ(log_level_from(name_of(level)), level);
  EXPECT_EQ(log_level_from("WARN"), std::nullopt);
  EXPECT_EQ(log_level_from(""), std::nullopt);
}

TEST_F(Log, TimesOfOtherDays) {
  open();
  const std::vector<std::pair<nanoseconds, const char*>> cases{
      {0ns, "1970-01-01T00:00:00.000Z"},
      {951'782'399'999ms, "2000-02-28T23:59:59.999Z"},
      {951'782'400s, "2000-02-29T00:00:00.000Z"},
      {4'102'444'800s - 1ns, "2099-12-31T23:59:59.999Z"},
      {-1ns, "1969-12-31T23:59:59.999Z"}};
  std::string expected;
  for (const auto& [unix_time, shown] : cases) {
    time.set_unix(unix_time);
    log->write(log_level::info, "c", shown);
    expected += cat(shown, " INFO  c: ", shown, "\n");
  }
  EXPECT_EQ(file_text(), expected);
}

struct value_case {
  std::string value, text, json;
};

// Values from outside, a process's name say, and what they look like in both formats.
const std::array<value_case, 15> value_cases{{
    {"plain", "plain", "\"plain\""},
    {"", "\"\"", "\"\""},
    {"two words", "\"two words\"", "\"two words\""},
    {"a=b", "\"a=b\"", "\"a=b\""},
    {"say \"hi\"", "\"say \\\"hi\\\"\"", "\"say \\\"hi\\\"\""},
    {"C:\\logs", "C:\\logs", "\"C:\\\\logs\""},
    {"C:\\my logs", "\"C:\\\\my logs\"", "\"C:\\\\my logs\""},
    {"x\n2026-01-01T00:00:00.000Z ERROR fake: line", "\"x\\n2026-01-01T00:00:00.000Z ERROR fake: line\"",
     "\"x\\n2026-01-01T00:00:00.000Z ERROR fake: line\""},
    {"\r\t", "\"\\r\\t\"", "\"\\r\\t\""},
    {"\x1b[31mred\x7f", "\"\\x1b[31mred\\x7f\"", "\"\\u001b[31mred\\u007f\""},
    {"nul\0!"s, "\"nul\\x00!\"", "\"nul\\u0000!\""},
    {"\xff\xfe", "\uFFFD\uFFFD", "\"\uFFFD\uFFFD\""},
    {"r\u00e9sum\u00e9 \u6f22", "\"r\u00e9sum\u00e9 \u6f22\"", "\"r\u00e9sum\u00e9 \u6f22\""},
    {"\u0085\u009b", "\"\\u0085\\u009b\"", "\"\\u0085\\u009b\""},
    {"\u202e\u2066\u2028", "\"\\u202e\\u2066\\u2028\"", "\"\\u202e\\u2066\\u2028\""},
}};

TEST_F(Log, ValuesInText) {
  open();
  std::vector<std::string> expected;
  for (const value_case& c : value_cases) {
    log->write(log_level::info, "c", "m", {{"v", c.value}, {"end", "1"}});
    expected.push_back(cat("INFO  c: m v=", c.text, " end=1"));
  }
  EXPECT_EQ(lines(), expected);
}

TEST_F(Log, ValuesInJson) {
  options.json = true;
  open();
  std::string expected;
  for (const value_case& c : value_cases) {
    log->write(log_level::info, "c", "m", {{"v", c.value}, {"end", "1"}});
    expected +=
        cat("{\"time\":\"2026-11-23T12:00:00.123Z\",\"level\":\"info\",\"component\":\"c\",\"message\":\"m\","
            "\"fields\":{\"v\":",
            c.json, ",\"end\":\"1\"}}\n");
  }
  EXPECT_EQ(file_text(), expected);
}

TEST_F(Log, ComponentMessageAndKeysCannotBreakTheLineEither) {
  open().write(log_level::info, "a\nb", "c\nd \"e\" \\ \x1b[0m", {{"k y=\n", "v"}, {"", "w"}});
  EXPECT_THAT(lines(), ElementsAre("INFO  a\\nb: c\\nd \"e\" \\ \\x1b[0m k_y__=v _=w"));
}

TEST_F(Log, EveryByteStaysOnItsLine) {
  open();
  std::string all;
  for (int byte = 0; byte < 256; ++byte)
    all += static_cast<char>(byte);
  log->write(log_level::info, all, all, {{all, all}});
  const std::vector<std::string> written = lines();
  ASSERT_EQ(written.size(), 1u);
  EXPECT_TRUE(is_utf8(written[0]));
  for (const char c : written[0])
    ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

TEST_F(Log, ALineHasABound) {
  const std::string huge(1'000'000, '\x01');
  for (const bool json : {false, true}) {
    options.json = json;
    open().write(log_level::info, huge, huge, {{"a", huge}, {"b", huge}, {"last", "fits"}});
    const std::string text = file_text();
    EXPECT_LT(text.size(), 17u * 1024);
    EXPECT_NE(text.find(json ? "\"last\":\"fits\"}}\n" : " last=fits\n"), text.npos);
    log.reset();
    std::filesystem::remove(folder / "reeve.log");
  }
}

TEST_F(Log, ThreadsDoNotMixTheirLines) {
  open();
  constexpr int threads = 4, each = 500;
  {
    std::vector<std::jthread> writers;
    for (int t = 0; t < threads; ++t)
      writers.emplace_back([&, t] {
        for (int i = 0; i < each; ++i)
          log->write(log_level::info, cat("t", t), "m", {{"i", cat(i)}});
      });
  }
  const std::vector<std::string> written = lines();
  EXPECT_EQ(written.size(), std::size_t{threads * each});
  std::array<int, threads> next{};
  for (const std::string& line : written) {
    const int t = line.at(7) - '0';
    ASSERT_EQ(line, cat("INFO  t", t, ": m i=", next.at(static_cast<std::size_t>(t))++));
  }
  EXPECT_EQ(sum(log->counters().written), std::uint64_t{threads * each});
}

} // namespace
} // namespace reeve::test
