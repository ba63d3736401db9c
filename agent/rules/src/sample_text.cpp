// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/sample_text.hpp"

#include "label_text.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <ratio>
#include <string>
#include <tuple>
#include <utility>

namespace reeve::rules {

namespace {

// Go's strconv.ParseFloat, with which Prometheus reads them: NaN has no sign, and too small is zero.
std::optional<double> read_float(std::string_view word) {
  const std::string_view plain = word.starts_with('+') ? word.substr(1) : word;
  double out = 0;
  const auto [end, problem] = std::from_chars(plain.data(), plain.data() + plain.size(), out);
  if (end != plain.data() + plain.size() || (plain.size() < word.size() && plain.starts_with('-')))
    return std::nullopt;
  if (problem == std::errc::result_out_of_range) {
    out = std::strtod(std::string(plain).c_str(), nullptr); // says which of both it is
    return std::isinf(out) ? std::nullopt : std::optional(out);
  }
  const bool is_written = problem == std::errc() && (!std::isnan(out) || word.size() == 3);
  return is_written ? std::optional(out) : std::nullopt;
}

// One line of a sample, taken apart from the left.
class sample_line {
 public:
  explicit sample_line(std::string_view text) : rest_(text) {}

  result<timed_sample> read() {
    if (!is_utf8(rest_)) return wrong("it is no UTF-8");
    const std::string_view metric = take_name(rest_, ":");
    if (metric.empty()) return wrong("a metric's name is missing");
    if (rest_.starts_with('{')) {
      if (const auto why = take_labels(labels_)) return wrong(*why);
      if (labels_.has(metric_name_label)) return wrong("the label __name__ is the metric's name already");
    }
    if (!take_blank()) return wrong("a blank is missing before the value");
    const auto value = read_float(take_word());
    if (!value) return wrong("the value is no number");
    if (!take_blank()) return wrong("the time is missing");
    const auto seconds = read_float(take_word());
    if (!seconds || !(std::fabs(*seconds) < 9e15)) return wrong("the time is no number of seconds");
    timed_sample out{label_set::make(metric, labels_.labels()),
                     {static_cast<std::int64_t>(*seconds * 1000), *value}};
    if (rest_.starts_with(" # {")) {
      if (!metric.ends_with("_total") && !metric.ends_with("_bucket"))
        return wrong("only counters and buckets have exemplars");
      rest_.remove_prefix(3);
      if (const auto why = read_exemplar()) return wrong(cat("its exemplar: ", *why));
    }
    if (!rest_.empty()) return wrong("there is something after the time");
    return out;
  }

 private:
  static error wrong(std::string_view why) { return {errc::invalid_argument, std::string(why), 0}; }

  std::optional<std::string> take_labels(read_label_list& out) {
    rest_.remove_prefix(1); // the brace
    if (auto why = read_labels(rest_, out)) return why;
    if (!rest_.starts_with('}')) return "a comma or } is missing after a label";
    rest_.remove_prefix(1);
    return std::nullopt;
  }

  std::optional<std::string> read_exemplar() {
    read_label_list labels;
    if (auto why = take_labels(labels)) return why;
    if (!take_blank() || !read_float(take_word())) return "the value is no number";
    if (!take_blank()) return std::nullopt;
    const auto seconds = read_float(take_word());
    if (!seconds || !std::isfinite(*seconds)) return "the time is no number of seconds";
    return std::nullopt;
  }

  bool take_blank() {
    if (!rest_.starts_with(' ')) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view take_word() {
    const std::string_view out = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(out.size());
    return out;
  }

  std::string_view rest_;
  read_label_list labels_;
};

// "# TYPE x gauge". What it says of the metric changes no sample.
bool is_metadata(std::string_view line) {
  for (const std::string_view kind : {"# HELP ", "# TYPE ", "# UNIT "}) {
    if (!line.starts_with(kind)) continue;
    line.remove_prefix(kind.size());
    return !take_name(line, ":").empty() && line.starts_with(' ') && is_utf8(line);
  }
  return false;
}

// The labels, the metric's name among them, in the order in which Prometheus has series.
struct in_order_of_labels {
  static std::vector<label> key(const label_set& labels) {
    std::vector<label> out(labels.others().begin(), labels.others().end());
    out.insert(std::ranges::lower_bound(out, metric_name_label, {}, &label::name),
               {metric_name_label, labels.metric()});
    return out;
  }
  bool operator()(const std::vector<label>& a, const std::vector<label>& b) const {
    return std::ranges::lexicographical_compare(a, b, [](const label& x, const label& y) {
      return std::tie(x.name, x.value) < std::tie(y.name, y.value);
    });
  }
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
    has_end = line == "# EOF";
    if (has_end || is_metadata(line)) continue;
    if (line.starts_with('#'))
      return error{errc::invalid_argument,
                   cat("line ", number, ": a comment is # HELP, # TYPE or # UNIT with a metric, or # EOF"),
                   0};
    auto read = sample_line(line).read();
    if (!read) return error{errc::invalid_argument, cat("line ", number, ": ", read.error().message), 0};
    out.push_back(*std::move(read));
  }
  if (!has_end)
    return error{errc::invalid_argument, "the last line is not # EOF: the file may be cut short", 0};
  return out;
}

void load_samples(std::vector<timed_sample> samples, series_memory& memory) {
  using block = std::chrono::duration<std::int64_t, std::ratio<7200>>; // of promtool
  const auto block_of = [](const timed_sample* s) {
    return std::chrono::floor<block>(std::chrono::milliseconds(s->at.time_ms));
  };
  std::map<std::vector<label>, std::vector<timed_sample*>, in_order_of_labels> series;
  for (timed_sample& s : samples)
    if (memory.is_wanted(s.labels->metric())) series[in_order_of_labels::key(*s.labels)].push_back(&s);
  for (auto& [labels, of_it] : series) {
    std::ranges::stable_sort(of_it, {}, block_of);
    if (const auto number = memory.find_or_make(std::move(of_it[0]->labels), of_it[0]->at.time_ms))
      for (const timed_sample* const s : of_it)
        memory.append(number, s->at.time_ms, s->at.value); // which leaves out what is late within its block
  }
}

} // namespace reeve::rules
