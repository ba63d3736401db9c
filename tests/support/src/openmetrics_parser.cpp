// SPDX-License-Identifier: Apache-2.0
// Section names in the comments are those of the OpenMetrics 1.0 specification.
#include "exposition_reader.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace reeve::test {
namespace {

using namespace detail;
using std::string_view;

struct type_rule {
  string_view type;
  std::array<string_view, 4> suffixes; // what the family's samples are called ("Suffixes")
  std::size_t suffix_count;
  string_view own_label; // distinguishes samples of one metric
};

constexpr std::array<type_rule, 8> type_rules{{
    {"unknown", {""}, 1, ""},
    {"gauge", {""}, 1, ""},
    {"counter", {"_total", "_created"}, 2, ""},
    {"histogram", {"_bucket", "_count", "_sum", "_created"}, 4, "le"},
    {"gaugehistogram", {"_bucket", "_gcount", "_gsum"}, 3, "le"},
    {"summary", {"", "_count", "_sum", "_created"}, 4, "quantile"},
    {"info", {"_info"}, 1, ""},
    {"stateset", {""}, 1, ""},
}};

const type_rule* rule_of(string_view type) {
  const auto at =
      std::find_if(type_rules.begin(), type_rules.end(), [&](const auto& r) { return r.type == type; });
  return at == type_rules.end() ? nullptr : &*at;
}

suffix_list suffixes(string_view type) {
  const auto* rule = rule_of(type);
  return suffix_list(rule->suffixes).first(rule->suffix_count);
}

std::string own_label(const exposed_family& f) {
  return f.type == "stateset" ? f.name : std::string(rule_of(f.type)->own_label);
}

bool ends_with(string_view text, string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// "ABNF": realnumber, or infinity with an optional sign, or nan; letters of either case.
double number(string_view text) {
  if (const auto value = decimal_number(text)) return *value;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  const bool negative = lower.substr(0, 1) == "-", is_signed = negative || lower.substr(0, 1) == "+";
  const std::string word = lower.substr(is_signed ? 1 : 0);
  if (word == "inf" || word == "infinity") return negative ? -HUGE_VAL : HUGE_VAL;
  throw fault(cat("'", text, "' is no number"));
}

std::size_t characters(string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class openmetrics_parser {
 public:
  explicit openmetrics_parser(exposition& out) : out_(out), book_(out, "unknown", suffixes) {}

  void line(string_view text, std::size_t line_number) {
    if (text.empty()) throw fault("an empty line");
    cursor at(text);
    if (at.accept("# "))
      description(at);
    else
      sample(at, line_number);
  }

  void finish() {
    for (const auto& f : out_.families)
      check_family(f);
    for_each_metric(out_, own_label, check_metric);
  }

 private:
  void description(cursor& at) {
    const auto keyword = at.word();
    if (keyword != "HELP" && keyword != "TYPE" && keyword != "UNIT")
      throw fault(cat("'# ", keyword, "' is neither HELP, TYPE, UNIT nor EOF"));
    at.expect(" ");
    const std::string name = at.metric_name();
    refuse_reserved(name);
    at.expect(" ");
    if (keyword == "HELP") return book_.help(name, unescape(at.rest(), true));
    const std::string word(at.rest());
    if (keyword == "UNIT") return book_.unit(name, word);
    if (!rule_of(word)) throw fault(cat("'", word, "' is no type"));
    book_.type(name, word);
  }

  static void refuse_reserved(const std::string& name) {
    if (name[0] == '_') throw fault(cat("the name ", name, " is reserved")); // "MetricFamily", "Label"
  }

  void sample(cursor& at, std::size_t line_number) {
    exposed_sample s;
    s.line = line_number;
    s.name = at.metric_name();
    if (at.accept("{")) labels(at, s.labels);
    at.expect(" ");
    s.value = number(at.word());
    if (!at.at_end() && at.rest().substr(0, 3) != " # ") s.timestamp = timestamp(at);
    if (at.accept(" # ")) s.exemplar = exemplar(at);
    if (!at.at_end()) throw fault(cat("'", at.rest(), "' follows the sample"));
    s.family = book_.of_sample(s.name);
    const auto& family = out_.families[s.family];
    if (s.exemplar && s.name != family.name + "_total" && s.name != family.name + "_bucket")
      throw fault("an exemplar may only follow a counter's total or a bucket"); // "Exemplars"
    keep_together(family, s);
    refuse_repeated(s);
    out_.samples.push_back(std::move(s));
  }

  static double timestamp(cursor& at) {
    at.expect(" ");
    const auto text = at.word();
    const auto seconds = decimal_number(text);
    if (!seconds) throw fault(cat("'", text, "' is no timestamp in seconds"));
    return *seconds;
  }

  static void labels(cursor& at, label_list& out) {
    if (!at.accept("}")) {
      do {
        std::string name = at.label_name();
        refuse_reserved(name);
        at.expect("=\"");
        out.emplace_back(std::move(name), at.quoted_value());
      } while (at.accept(","));
      at.expect("}");
    }
    refuse_repeated_names(out);
  }

  static exposed_exemplar exemplar(cursor& at) {
    exposed_exemplar out;
    at.expect("{");
    labels(at, out.labels);
    std::size_t length = 0;
    for (const auto& [name, value] : out.labels)
      length += characters(name) + characters(value);
    if (length > 128) throw fault("the labels of an exemplar exceed 128 characters"); // "Exemplars"
    at.expect(" ");
    out.value = number(at.word());
    if (!at.at_end()) timestamp(at);
    return out;
  }

  // "Metrics MUST NOT be interleaved": within a family, all samples of one label set stand together.
  void keep_together(const exposed_family& family, const exposed_sample& s) {
    const auto key = std::make_pair(s.family, identity(s.labels, own_label(family)));
    if (key == open_metric_) return;
    if (!metrics_.insert(key).second)
      throw fault(cat("the samples of one metric of ", family.name, " do not stand together"));
    open_metric_ = key;
  }

  void refuse_repeated(const exposed_sample& s) {
    const auto [at, fresh] = last_timestamp_.emplace(std::make_pair(s.name, identity(s.labels)), s.timestamp);
    if (fresh) return;
    if (!at->second || !s.timestamp || *s.timestamp <= *at->second)
      throw fault(cat("this series of ", s.name, " was already there"));
    at->second = s.timestamp;
  }

  static void check_family(const exposed_family& f) {
    if (f.unit.empty()) return;
    if (!ends_with(f.name, "_" + f.unit))
      throw fault(cat("the name ", f.name, " does not end in its unit, ", f.unit)); // "Unit"
    if (f.type == "info" || f.type == "stateset")
      throw fault(cat("the ", f.type, " ", f.name, " must not have a unit"));
  }

  static void check_metric(const exposed_family& f, std::span<const exposed_sample* const> metric) {
    const auto each = [&](string_view what, auto&& holds) {
      for (const auto* s : metric)
        if (!holds(*s)) throw fault(cat(what, ": ", s->name, " ", s->value));
    };
    const auto is = [&](const exposed_sample& s, string_view suffix) {
      return s.name == cat(f.name, suffix);
    };
    if (f.type == "counter") {
      each("a counter is finite and not negative",
           [&](const auto& s) { return !is(s, "_total") || (std::isfinite(s.value) && s.value >= 0); });
      if (std::none_of(metric.begin(), metric.end(), [&](const auto* s) { return is(*s, "_total"); }))
        throw fault(cat("the counter ", f.name, " has no total"));
    } else if (f.type == "info") {
      each("an info is 1", [](const auto& s) { return s.value == 1; });
    } else if (f.type == "stateset") {
      each("a state is 0 or 1 under a label named as its family",
           [&](const auto& s) { return (s.value == 0 || s.value == 1) && !s.label(f.name).empty(); });
    } else if (f.type == "histogram") {
      each("a histogram does not count below zero",
           [&](const auto& s) { return is(s, "_sum") || s.value >= 0; });
      check_histogram(metric, f.name, {"_count", "_sum"});
    } else if (f.type == "gaugehistogram") {
      check_histogram(metric, f.name, {"_gcount", "_gsum"});
    } else if (f.type == "summary") {
      each("a summary's count and sum are not negative",
           [&](const auto& s) { return (!is(s, "_count") && !is(s, "_sum")) || s.value >= 0; });
      check_summary(metric, f.name);
    }
  }

  exposition& out_;
  family_book book_;
  std::pair<std::size_t, label_list> open_metric_{std::numeric_limits<std::size_t>::max(), {}};
  std::set<std::pair<std::size_t, label_list>> metrics_;
  std::map<std::pair<std::string, label_list>, std::optional<double>> last_timestamp_;
};

} // namespace

result<exposition> parse_openmetrics(string_view body) {
  if (!is_utf8(body)) return error{errc::invalid_argument, "the body is not UTF-8"};
  exposition out;
  std::size_t line_number = 0;
  try {
    openmetrics_parser parser(out);
    for (bool ended = false; !ended;) {
      ++line_number;
      const auto end = body.find('\n');
      const auto text = body.substr(0, end);
      if (text == "# EOF") {
        if (end != string_view::npos && end + 1 != body.size()) throw fault("something follows # EOF");
        ended = true;
      } else if (end == string_view::npos) {
        throw fault("the text does not end in # EOF");
      } else {
        parser.line(text, line_number);
        body.remove_prefix(end + 1);
      }
    }
    parser.finish();
  } catch (const fault& f) {
    return error{errc::invalid_argument, cat("line ", line_number, ": ", std::string_view(f.what()))};
  }
  return out;
}

} // namespace reeve::test
