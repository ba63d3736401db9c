// SPDX-License-Identifier: Apache-2.0
// The only file that includes spdlog: its rotating file and its colours on the consoles of both systems.
#include "line_sink.hpp"

#include "reeve/base/strings.hpp"

#include <spdlog/details/log_msg.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace reeve {

namespace {

using spdlog::details::log_msg;

// The line is finished before spdlog sees it; what is left to say is which bytes carry the colour.
class level_painter final : public spdlog::formatter {
 public:
  explicit level_painter(const finished_line* const* line) : line_(line) {}
  void format(const log_msg& message, spdlog::memory_buf_t& out) override {
    out.append(message.payload.data(), message.payload.data() + message.payload.size());
    message.color_range_start = (*line_)->level_begin;
    message.color_range_end = (*line_)->level_end;
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<level_painter>(line_); }

 private:
  const finished_line* const* line_;
};

spdlog::level::level_enum spdlog_level(log_level level) {
  switch (level) {
  case log_level::trace:
    return spdlog::level::trace;
  case log_level::debug:
    return spdlog::level::debug;
  case log_level::info:
    return spdlog::level::info;
  case log_level::warn:
    return spdlog::level::warn;
  case log_level::error:
    return spdlog::level::err;
  }
  return spdlog::level::info;
}

class spdlog_sink : public line_sink {
 protected:
  void send(spdlog::sinks::sink& sink, log_level level, const finished_line& line, const std::string& text) {
    current_ = &line;
    sink.log(log_msg(spdlog::string_view_t{}, spdlog_level(level),
                     spdlog::string_view_t(text.data(), text.size())));
  }
  std::unique_ptr<spdlog::formatter> painter() const { return std::make_unique<level_painter>(&current_); }

 private:
  const finished_line* current_ = nullptr;
};

class console final : public spdlog_sink {
 public:
  console() : sink_(colour_mode()) { sink_.set_formatter(painter()); }

  bool write(log_level level, const finished_line& line) noexcept override {
    try {
      send(sink_, level, line, line.text + '\n');
    } catch (...) {
      return false;
    }
    // On POSIX systems spdlog does not look whether the C library could write.
    const bool good = std::ferror(stderr) == 0;
    std::clearerr(stderr);
    return good;
  }

 private:
  // https://no-color.org: any value that is not empty.
  static spdlog::color_mode colour_mode() {
    const char* unwanted = std::getenv("NO_COLOR");
    return unwanted && *unwanted ? spdlog::color_mode::never : spdlog::color_mode::automatic;
  }

  spdlog::sinks::stderr_color_sink_st sink_;
};

class rotated_file final : public spdlog_sink {
 public:
  rotated_file(const log_options& options, const clock& time)
      : name_(std::filesystem::path(std::u8string(options.file.begin(), options.file.end())).native()),
        max_size_bytes_(static_cast<std::size_t>(options.max_size_bytes)), max_files_(options.max_files),
        time_(time) {
    open();
  }

  bool write(log_level level, const finished_line& line) noexcept override {
    try {
      if (failed_ && (!sink_ || time_.mono() - opened_ >= std::chrono::seconds(1)) && !reopen()) return false;
      // A full disk may have taken half of the line before.
      send(*sink_, level, line, cat(failed_ ? "\n" : "", line.text, "\n"));
      failed_ = false;
      return true;
    } catch (...) {
      failed_ = true;
      return false;
    }
  }

 private:
  void open() {
    spdlog::file_event_handlers events;
    // Unbuffered, so that a write that fails is known at once and leaves nothing behind that is written
    // later.
    events.after_open = [](const spdlog::filename_t&, std::FILE* file) {
      std::setvbuf(file, nullptr, _IONBF, 0);
    };
    opened_ = time_.mono();
    sink_ = std::make_unique<spdlog::sinks::rotating_file_sink_st>(name_, max_size_bytes_, max_files_, false,
                                                                   events);
    sink_->set_formatter(painter());
  }

  // spdlog's sink stays closed for good when a rotation could not open the new file. It also tries for 50 ms,
  // so not for each line.
  bool reopen() {
    if (time_.mono() - opened_ < std::chrono::seconds(1)) return false;
    sink_.reset();
    open();
    return true;
  }

  spdlog::filename_t name_;
  std::size_t max_size_bytes_;
  std::size_t max_files_;
  const clock& time_;
  nanoseconds opened_{};
  bool failed_ = false;
  std::unique_ptr<spdlog::sinks::rotating_file_sink_st> sink_;
};

} // namespace

result<std::unique_ptr<line_sink>> line_sink::create(const log_options& options, const clock& time) {
  try {
    if (options.file.empty()) return std::unique_ptr<line_sink>(std::make_unique<console>());
    return std::unique_ptr<line_sink>(std::make_unique<rotated_file>(options, time));
  } catch (const std::exception& e) {
    return error{errc::failed, cat("cannot open the log file ", options.file, ": ", e.what())};
  }
}

} // namespace reeve
