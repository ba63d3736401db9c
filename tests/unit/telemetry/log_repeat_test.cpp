// SPDX-License-Identifier: Apache-2.0
#include "log_to_file.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using LogRepeat = LogToFile;
using namespace std::chrono_literals;
using ::testing::ElementsAre;

void say(logger& log, const char* message) {
  log.write(log_level::info, "c", message);
}

TEST_F(LogRepeat, AreCountedAndToldOfWhenTheWindowHasPassed) {
  open();
  for (int i = 0; i < 10; ++i)
    say(*log, "x");
  EXPECT_THAT(lines(), ElementsAre("INFO  c: x"));
  EXPECT_EQ(log->counters().suppressed[2], 9u);
  time.advance(1min - 1ns);
  say(*log, "y");
  EXPECT_THAT(lines(), ElementsAre("INFO  c: x", "INFO  c: y"));
  time.advance(1ns);
  say(*log, "z");
  EXPECT_THAT(lines(), ElementsAre("INFO  c: x", "INFO  c: y", "INFO  c: x repeated=9", "INFO  c: z"));
  EXPECT_EQ(log->counters().written[2], 4u);
}

TEST_F(LogRepeat, AreToldOfInSilenceToo) {
  open();
  say(*log, "x");
  say(*log, "x");
  time.advance(1min);
  log->report_repeats();
  log->report_repeats();
  EXPECT_THAT(lines(), ElementsAre("INFO  c: x", "INFO  c: x repeated=1"));
}

TEST_F(LogRepeat, AFloodCostsOneLinePerWindow) {
  open();
  for (int second = 0; second < 180; ++second) {
    say(*log, "x");
    time.advance(1s);
  }
  log->flush();
  EXPECT_THAT(lines(), ElementsAre("INFO  c: x", "INFO  c: x repeated=59", "INFO  c: x repeated=60",
                                   "INFO  c: x repeated=60"));
  EXPECT_EQ(log->counters().suppressed[2], 179u);
}

TEST_F(LogRepeat, ALineThatComesOncePerWindowIsAlwaysWritten) {
  open();
  for (int i = 0; i < 3; ++i) {
    say(*log, "x");
    time.advance(1min);
  }
  EXPECT_THAT(lines(), ElementsAre("INFO  c: x", "INFO  c: x", "INFO  c: x"));
  EXPECT_EQ(log->counters().suppressed[2], 0u);
}

TEST_F(LogRepeat, OnlyTheSameLevelComponentMessageAndFieldsAreTheSame) {
  open();
  log->write(log_level::info, "c", "m", {{"k", "v"}});
  log->write(log_level::warn, "c", "m", {{"k", "v"}});
  log->write(log_level::info, "d", "m", {{"k", "v"}});
  log->write(log_level::info, "c", "n", {{"k", "v"}});
  log->write(log_level::info, "c", "m", {{"l", "v"}});
  log->write(log_level::info, "c", "m", {{"k", "w"}});
  log->write(log_level::info, "c", "m");
  EXPECT_EQ(lines().size(), 7u);
  log->write(log_level::info, "c", "m", {{"k", "v"}});
  EXPECT_EQ(lines().size(), 7u);
}

TEST_F(LogRepeat, InJsonTheNumberIsAMember) {
  options.json = true;
  open();
  log->write(log_level::info, "c", "m", {{"k", "v"}});
  log->write(log_level::info, "c", "m", {{"k", "v"}});
  log->flush();
  ASSERT_EQ(lines().size(), 2u);
  EXPECT_EQ(lines()[1],
            "{\"time\":\"2026-11-23T12:00:00.123Z\",\"level\":\"info\",\"component\":\"c\",\"message\":\"m\","
            "\"fields\":{\"k\":\"v\"},\"repeated\":1}");
}

TEST_F(LogRepeat, AWindowOfZeroWritesEveryLine) {
  options.repeat_window = 0ns;
  open();
  say(*log, "x");
  say(*log, "x");
  EXPECT_EQ(lines().size(), 2u);
}

TEST_F(LogRepeat, OnlySoManyLinesAreRemembered) {
  open();
  say(*log, "old");
  say(*log, "old");
  for (int i = 0; i < 255; ++i)
    say(*log, cat("m", i).c_str());
  EXPECT_EQ(lines().size(), 256u);
  say(*log, "one more"); // the oldest gives way and is told of
  EXPECT_EQ(lines().at(256), "INFO  c: old repeated=1");
  EXPECT_EQ(lines().at(257), "INFO  c: one more");
  say(*log, "old"); // not known any more; m0 gives way in silence
  EXPECT_EQ(lines().at(258), "INFO  c: old");
  EXPECT_EQ(lines().size(), 259u);
  say(*log, "m1");
  EXPECT_EQ(lines().size(), 259u);
}

TEST_F(LogRepeat, TheEndTellsOfAll) {
  open();
  for (int i = 0; i < 2; ++i) {
    say(*log, "x");
    say(*log, "y");
  }
  log.reset();
  EXPECT_THAT(lines(),
              ElementsAre("INFO  c: x", "INFO  c: y", "INFO  c: x repeated=1", "INFO  c: y repeated=1"));
}

} // namespace
} // namespace reeve::test
