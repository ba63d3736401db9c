// SPDX-License-Identifier: Apache-2.0
#include "trace_file.hpp"

#include "reeve/base/strings.hpp"

#include <charconv>
#include <cmath>
#include <istream>
#include <optional>
#include <string_view>

namespace reeve::cli {

namespace {

constexpr std::size_t most_mistakes = 10;

// The whole text as a finite number.
std::optional<double> number(std::string_view text) {
  double out = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(out)) return std::nullopt;
  return out;
}

// Empty: it is good, and `point` is what it says.
std::string read_line(std::string_view line, const trace_point* before, trace_point& point) {
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos) return "wants unix_seconds,value";
  const auto seconds = number(line.substr(0, comma)), value = number(line.substr(comma + 1));
  if (!seconds) return cat("\"", line.substr(0, comma), "\" is not a number of seconds");
  if (!value) return cat("\"", line.substr(comma + 1), "\" is not a number");
  if (*value < 0) return "the value is below 0";
  if (before && *seconds <= before->unix_seconds) return "it is not later than the line before";
  point = {*seconds, *value};
  return {};
}

} // namespace

result<std::vector<trace_point>> read_trace(std::istream& in, const std::string& file) {
  std::vector<trace_point> out;
  std::string line, mistakes;
  std::size_t number_of_line = 0, n_mistakes = 0;
  while (std::getline(in, line)) {
    ++number_of_line;
    if (line.ends_with('\r')) line.pop_back();
    if (number_of_line == 1 && line == "unix_seconds,value") continue;
    trace_point point;
    const std::string problem = read_line(line, out.empty() ? nullptr : &out.back(), point);
    if (problem.empty()) {
      out.push_back(point);
    } else if (++n_mistakes <= most_mistakes) {
      mistakes += cat(mistakes.empty() ? "" : "\n", file, ":", number_of_line, ": ", problem);
    }
  }
  if (in.bad()) return error{errc::failed, cat(file, ": it could not be read to its end")};
  if (n_mistakes > most_mistakes) mistakes += cat("\nand ", n_mistakes - most_mistakes, " more");
  if (n_mistakes > 0) return error{errc::invalid_argument, std::move(mistakes)};
  if (out.empty()) return error{errc::invalid_argument, cat(file, ": there is no reading in it")};
  return out;
}

} // namespace reeve::cli
