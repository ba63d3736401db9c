// SPDX-License-Identifier: Apache-2.0
#include "family_text.hpp"

#include "number_text.hpp"

#include "reeve/store/sample_names.hpp"

namespace reeve::exposition {

namespace {

using store::metric_kind;
using store::sample_suffix;

std::string_view type_word(metric_kind kind, format f) noexcept {
  switch (kind) {
  case metric_kind::counter:
    return "counter";
  case metric_kind::histogram:
    return "histogram";
  case metric_kind::info:
    return f == format::openmetrics ? "info" : "gauge"; // text 0.0.4 has no such type
  case metric_kind::gauge:
    break;
  }
  return "gauge";
}

void append_help(text_writer& out, std::string_view help, format f) {
  for (const char c : help) {
    if (c == '\n')
      out.append("\\n");
    else if (c == '\\')
      out.append("\\\\");
    else if (c == '"' && f == format::openmetrics)
      out.append("\\\"");
    else
      out.append({&c, 1});
  }
}

} // namespace

family_text::family_text(const store::family_spec& spec, format f) : spec_(&spec), format_(f) {
  bare_.append(spec.name).append(sample_suffix(spec.kind));
  open_ = bare_;
  bare_ += ' ';
  open_ += '{';
  for (const double bound : spec.bounds)
    bounds_.push_back(f == format::openmetrics ? store::canonical_bound(bound) : plain_bound(bound));
}

void family_text::head(text_writer& out) const {
  // Text 0.0.4 describes what the samples are called, OpenMetrics the family.
  const std::string_view suffix =
      format_ == format::openmetrics ? std::string_view() : sample_suffix(spec_->kind);
  const auto line = [&](std::string_view keyword) {
    out.append(keyword);
    out.append(spec_->name);
    out.append(suffix);
    out.append(" ");
  };
  const auto help = [&] {
    if (spec_->help.empty()) return;
    line("# HELP ");
    append_help(out, spec_->help, format_);
    out.append("\n");
  };
  if (format_ == format::text) help();
  line("# TYPE ");
  out.append(type_word(spec_->kind, format_));
  out.append("\n");
  if (format_ == format::text) return;
  if (!spec_->unit.empty()) {
    line("# UNIT ");
    out.append(spec_->unit);
    out.append("\n");
  }
  help();
}

void family_text::sample(text_writer& out, std::string_view labels, double value) const {
  char* at = out.room(open_.size() + labels.size() + max_number_bytes + 3);
  if (labels.empty()) {
    at = text_writer::put(at, bare_);
  } else {
    at = text_writer::put(at, open_);
    at = text_writer::put(at, labels);
    *at++ = '}';
    *at++ = ' ';
  }
  // An info sample only says that its labels hold; OpenMetrics allows it no other value.
  at = put_double(at, spec_->kind == metric_kind::info ? 1 : value);
  *at++ = '\n';
  out.advance(at);
}

void family_text::histogram_line(text_writer& out, std::string_view suffix, std::string_view labels) const {
  out.append(spec_->name);
  out.append(suffix);
  if (!labels.empty()) {
    out.append("{");
    out.append(labels);
    out.append("}");
  }
  out.append(" ");
}

void family_text::bucket_line(text_writer& out, std::string_view labels, std::string_view bound,
                              std::uint64_t cumulative) const {
  out.append(spec_->name);
  out.append("_bucket{");
  out.append(labels);
  if (!labels.empty()) out.append(",");
  out.append("le=\"");
  out.append(bound);
  out.append("\"} ");
  char* at = put_integer(out.room(max_number_bytes + 1), cumulative);
  *at++ = '\n';
  out.advance(at);
}

void family_text::histogram(text_writer& out, const store::histogram_value& value) const {
  const std::string_view labels = value.labels.text();
  histogram_line(out, "_count", labels);
  char* at = put_integer(out.room(max_number_bytes + 1), value.count);
  *at++ = '\n';
  out.advance(at);
  histogram_line(out, "_sum", labels);
  at = put_double(out.room(max_number_bytes + 1), value.sum);
  *at++ = '\n';
  out.advance(at);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    cumulative += value.buckets[i];
    bucket_line(out, labels, bounds_[i], cumulative);
  }
  bucket_line(out, labels, "+Inf", value.count);
}

} // namespace reeve::exposition
