// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/telemetry/log.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace reeve::test {

class manual_clock final : public clock {
 public:
  nanoseconds mono() const noexcept override { return mono_; }
  nanoseconds unix_time() const noexcept override { return unix_; }
  void advance(nanoseconds by) {
    mono_ += by;
    unix_ += by;
  }
  void set_unix(nanoseconds value) { unix_ = value; }

 private:
  nanoseconds mono_ = std::chrono::hours(1);
  nanoseconds unix_ = std::chrono::milliseconds(1'795'435'200'123); // 2026-11-23T12:00:00.123Z
};

class LogToFile : public ::testing::Test {
 protected:
  LogToFile() { options.time = &time; }

  static std::string utf8(const std::filesystem::path& path) {
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
  }
  // Opens the log in `folder` unless the options name another file.
  logger& open() {
    if (options.file.empty()) options.file = utf8(folder / "reeve.log");
    return *(log = std::move(logger::create(options)).value());
  }
  std::string file_text(std::string_view name = "reeve.log") const { return read_file(folder / name); }
  // The lines without their time.
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    const std::string text = file_text();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      out.push_back(text.substr(at, end - at).substr(text[at] == '{' ? 0 : 25));
      at = end + 1;
    }
    return out;
  }

  manual_clock time;
  temp_dir folder;
  log_options options;
  std::unique_ptr<logger> log; // closed before the folder goes
};

inline std::uint64_t sum(const log_counters::by_level& counts) {
  std::uint64_t out = 0;
  for (const std::uint64_t count : counts)
    out += count;
  return out;
}

} // namespace reeve::test
