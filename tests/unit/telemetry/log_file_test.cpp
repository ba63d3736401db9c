// SPDX-License-Identifier: Apache-2.0
#include "log_to_file.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace reeve::test {
namespace {

using LogFile = LogToFile;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// 25 bytes of time, then "INFO  c: 000\n": 38 bytes.
void write_number(logger& log, int number) {
  const std::string digits = cat(number);
  log.write(log_level::info, "c", std::string(3 - digits.size(), '0') + digits);
}

TEST_F(LogFile, RotatesBySizeAndKeepsTheYoungest) {
  options.max_size_bytes = 38 * 10;
  options.max_files = 2;
  open();
  for (int i = 0; i < 45; ++i)
    write_number(*log, i);
  log.reset();
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.push_back(utf8(entry.path().filename()));
  std::ranges::sort(names);
  EXPECT_THAT(names, ElementsAre("reeve.1.log", "reeve.2.log", "reeve.log"));
  EXPECT_EQ(file_text().size(), 5u * 38);
  EXPECT_THAT(file_text(), HasSubstr("INFO  c: 040\n"));
  EXPECT_EQ(file_text("reeve.1.log").size(), 10u * 38);
  EXPECT_THAT(file_text("reeve.1.log"), HasSubstr("INFO  c: 030\n"));
  EXPECT_EQ(file_text("reeve.2.log").size(), 10u * 38);
  EXPECT_THAT(file_text("reeve.2.log"), HasSubstr("INFO  c: 020\n"));
}

TEST_F(LogFile, GoesOnWhereTheLastRunEnded) {
  options.max_size_bytes = 38 * 3;
  open();
  write_number(*log, 1);
  write_number(*log, 2);
  log.reset();
  open();
  write_number(*log, 3);
  EXPECT_EQ(file_text().size(), 3u * 38);
  write_number(*log, 4);
  EXPECT_EQ(file_text().size(), 38u);
  EXPECT_EQ(file_text("reeve.1.log").size(), 3u * 38);
}

TEST_F(LogFile, ALineIsThereAsSoonAsItIsWritten) {
  open();
  write_number(*log, 1);
  EXPECT_EQ(file_text().size(), 38u);
}

TEST_F(LogFile, FoldersAreMadeAndNamesMayBeAnything) {
  options.file = utf8(folder.path() / std::filesystem::path(u8"new/r\u00e9 \u6f22") / "x.log");
  open().write(log_level::info, "c", "m");
  log.reset();
  EXPECT_TRUE(
      std::filesystem::exists(folder.path() / std::filesystem::path(u8"new/r\u00e9 \u6f22") / "x.log"));
}

TEST_F(LogFile, OneThatCannotBeOpenedIsAnError) {
  options.file = utf8(folder.path());
  const auto made = logger::create(options);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr(cat("cannot open the log file ", options.file, ": ")));
}

TEST_F(LogFile, AFullDiskCostsTheLineAndIsCounted) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no device that is always full";
  options.file = "/dev/full";
  open();
  for (int i = 0; i < 3; ++i) {
    write_number(*log, i);
    time.advance(600ms); // over the reopening too
  }
  log->write(log_level::error, "c", "m");
  log->flush();
  const log_counters counters = log->counters();
  EXPECT_THAT(counters.dropped, ElementsAre(0, 0, 3, 0, 1));
  EXPECT_EQ(sum(counters.written), 0u);
}

TEST_F(LogFile, RecoversWhenTheFileCanBeOpenedAgain) {
  options.max_size_bytes = 38;
  open();
  write_number(*log, 1);
  // The rotation can neither rename the file nor make a new one.
  std::error_code status;
  const auto away = folder.path().parent_path() / (folder.path().filename().string() + " away");
  std::filesystem::rename(folder.path(), away, status);
  if (status) GTEST_SKIP() << "a folder with an open file cannot be moved here";
  write_file(folder.path(), "in the way");
  write_number(*log, 2);
  write_number(*log, 3);
  EXPECT_EQ(log->counters().dropped[2], 2u);
  std::filesystem::remove(folder.path());
  std::filesystem::rename(away, folder.path());
  write_number(*log, 4);
  EXPECT_EQ(log->counters().dropped[2], 3u) << "not tried for each line";
  time.advance(1s);
  write_number(*log, 5);
  EXPECT_EQ(log->counters().written[2], 2u);
  EXPECT_THAT(file_text(), HasSubstr("INFO  c: 005\n"));
}

} // namespace
} // namespace reeve::test
