// SPDX-License-Identifier: Apache-2.0
#include "exposition_reader.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace reeve::test {
namespace {

using namespace detail;

constexpr std::array<std::string_view, 1> plain{""};
constexpr std::array<std::string_view, 3> histogram{"_bucket", "_sum", "_count"};
constexpr std::array<std::string_view, 3> summary{"", "_sum", "_count"};

suffix_list suffixes(std::string_view type) {
  return type == "histogram" ? suffix_list(histogram)
         : type == "summary" ? suffix_list(summary)
                             : suffix_list(plain);
}

double number(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+Inf") return HUGE_VAL;
  if (text == "-Inf") return -HUGE_VAL;
  if (const auto value = decimal_number(text)) return *value;
  throw fault(cat("'", text, "' is no value"));
}

class text_parser {
 public:
  explicit text_parser(exposition& out) : out_(out), book_(out, "untyped", suffixes) {}

  void line(std::string_view text, std::size_t line_number) {
    cursor at(text);
    at.skip_blanks();
    if (at.at_end()) return;
    if (at.accept("#"))
      comment(at);
    else
      sample(at, line_number);
  }

  void finish() {
    for_each_metric(
        out_,
        [](const exposed_family& f) {
          return f.type == "histogram" ? "le" : f.type == "summary" ? "quantile" : "";
        },
        [](const exposed_family& f, auto metric) {
          if (f.type == "histogram") check_histogram(metric, f.name, {"_count", "_sum"});
          if (f.type == "summary") check_summary(metric, f.name);
        });
  }

 private:
  void comment(cursor& at) {
    at.skip_blanks();
    const auto keyword = at.word();
    if (keyword != "HELP" && keyword != "TYPE") return;
    at.skip_blanks();
    const std::string name = at.metric_name();
    const bool separated = at.accept(" ") || at.accept("\t");
    if (!separated && !at.at_end()) throw fault(cat("'", at.rest(), "' follows the name ", name));
    at.skip_blanks();
    if (keyword == "HELP") return book_.help(name, unescape(at.rest(), false));
    const std::string type(at.word());
    at.skip_blanks();
    constexpr std::array<std::string_view, 5> types{"counter", "gauge", "histogram", "summary", "untyped"};
    if (std::find(types.begin(), types.end(), type) == types.end() || !at.at_end())
      throw fault(cat("'", type, at.rest(), "' is no type"));
    book_.type(name, type);
  }

  void sample(cursor& at, std::size_t line_number) {
    exposed_sample s;
    s.line = line_number;
    s.name = at.metric_name();
    at.skip_blanks();
    if (at.accept("{")) labels(at, s.labels);
    at.skip_blanks();
    s.value = number(at.word());
    at.skip_blanks();
    if (!at.at_end()) {
      const auto text = at.word();
      std::int64_t milliseconds = 0;
      const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
      if (code != std::errc{} || end != text.data() + text.size())
        throw fault(cat("'", text, "' is no timestamp in milliseconds"));
      s.timestamp = static_cast<double>(milliseconds);
      at.skip_blanks();
    }
    if (!at.at_end()) throw fault(cat("'", at.rest(), "' follows the sample"));
    s.family = book_.of_sample(s.name);
    if (!seen_.insert({s.name, identity(s.labels)}).second)
      throw fault(cat("this series of ", s.name, " was already there"));
    out_.samples.push_back(std::move(s));
  }

  static void labels(cursor& at, label_list& out) {
    for (;;) {
      at.skip_blanks();
      if (at.accept("}")) break;
      std::string name = at.label_name();
      at.skip_blanks();
      at.expect("=");
      at.skip_blanks();
      at.expect("\"");
      out.emplace_back(std::move(name), at.quoted_value());
      at.skip_blanks();
      if (at.accept("}")) break;
      at.expect(",");
    }
    refuse_repeated_names(out);
  }

  exposition& out_;
  family_book book_;
  std::set<std::pair<std::string, label_list>> seen_;
};

} // namespace

result<exposition> parse_text_0_0_4(std::string_view body) {
  if (!is_utf8(body)) return error{errc::invalid_argument, "the body is not UTF-8"};
  exposition out;
  std::size_t line_number = 0;
  try {
    text_parser parser(out);
    while (!body.empty()) {
      ++line_number;
      const auto end = body.find('\n');
      if (end == std::string_view::npos) throw fault("the last line has no line feed");
      parser.line(body.substr(0, end), line_number);
      body.remove_prefix(end + 1);
    }
    parser.finish();
  } catch (const fault& f) {
    return error{errc::invalid_argument, cat("line ", line_number, ": ", std::string_view(f.what()))};
  }
  return out;
}

} // namespace reeve::test
