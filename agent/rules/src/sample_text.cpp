// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/sample_text.hpp"

#include "label_text.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace reeve::rules {

namespace {

// One line of a sample, taken apart from the left.
class sample_line {
 public:
  explicit sample_line(std::string_view text) : rest_(text) {}

  result<timed_sample> read() {
    const std::string_view metric = take_name(rest_, ":");
    if (metric.empty()) return wrong("a metric's name is missing");
    if (rest_.starts_with('{')) {
      rest_.remove_prefix(1);
      if (const auto why = read_labels(rest_, labels_)) return wrong(*why);
      if (!rest_.starts_with('}')) return wrong("a comma or } is missing after a label");
      rest_.remove_prefix(1);
    }
    if (!rest_.starts_with(' ')) return wrong("a blank is missing before the value");
    rest_.remove_prefix(1);
    const auto value = number(take_word());
    if (!value) return wrong("the value is no number");
    if (!rest_.starts_with(' ')) return wrong("the time is missing");
    rest_.remove_prefix(1);
    const auto seconds = number(take_word());
    if (!seconds || !(std::fabs(*seconds) < 9e15)) return wrong("the time is no number of seconds");
    if (!rest_.empty() && !rest_.starts_with(" # ")) return wrong("there is something after the time");
    return timed_sample{label_set::make(metric, labels_.labels()),
                        {static_cast<std::int64_t>(std::round(*seconds * 1000)), *value}};
  }

 private:
  static error wrong(std::string_view why) { return {errc::invalid_argument, std::string(why), 0}; }

  std::string_view take_word() {
    const std::string_view out = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(out.size());
    return out;
  }

  static std::optional<double> number(std::string_view word) {
    const std::string_view plain = word.starts_with('+') ? word.substr(1) : word;
    double out = 0;
    const auto [end, problem] = std::from_chars(plain.data(), plain.data() + plain.size(), out);
    if (problem != std::errc() || end != plain.data() + plain.size() || plain.starts_with('+'))
      return std::nullopt;
    return out;
  }

  std::string_view rest_;
  read_label_list labels_;
};

} // namespace

result<std::vector<timed_sample>> read_samples(std::string_view text) {
  std::vector<timed_sample> out;
  std::size_t number = 0;
  bool has_end = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    if (has_end)
      return error{errc::invalid_argument, cat("line ", number, ": there is something after # EOF"), 0};
    if (line.starts_with('#')) {
      has_end = line == "# EOF";
      continue;
    }
    auto read = sample_line(line).read();
    if (!read) return error{errc::invalid_argument, cat("line ", number, ": ", read.error().message), 0};
    out.push_back(*std::move(read));
  }
  if (!has_end)
    return error{errc::invalid_argument, "the last line is not # EOF: the file may be cut short", 0};
  return out;
}

void load_samples(std::vector<timed_sample> samples, series_memory& memory) {
  std::ranges::stable_sort(samples, {}, [](const timed_sample& s) { return s.at.time_ms; });
  for (timed_sample& s : samples)
    if (const auto number = memory.find_or_make(std::move(s.labels), s.at.time_ms))
      memory.append(number, s.at.time_ms, s.at.value);
}

} // namespace reeve::rules
