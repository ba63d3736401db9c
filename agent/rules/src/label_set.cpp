// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/label_set.hpp"

#include <algorithm>
#include <atomic>

namespace reeve::rules {

namespace {

std::atomic<std::uint64_t> last_id{0};

} // namespace

label_set::label_set(std::string_view metric, const std::vector<label>& labels)
    : id_(last_id.fetch_add(1, std::memory_order_relaxed) + 1) {
  std::size_t length = metric.size();
  for (const label& l : labels)
    length += l.name.size() + l.value.size();
  text_.reserve(length);
  const auto keep = [&](std::string_view part) {
    const std::size_t at = text_.size();
    text_ += part;
    return std::string_view(text_).substr(at);
  };
  metric_ = keep(metric);
  labels_.reserve(labels.size());
  for (const label& l : labels) {
    const std::string_view name = keep(l.name);
    labels_.push_back({name, keep(l.value)});
  }
}

label_set_ptr label_set::make(std::string_view metric, std::vector<label> labels) {
  std::erase_if(labels, [&](const label& l) {
    if (l.name == metric_name_label) metric = l.value;
    return l.name == metric_name_label || l.value.empty();
  });
  std::ranges::sort(labels, {}, &label::name);
  return label_set_ptr(new label_set(metric, labels));
}

std::string_view label_set::get(std::string_view name) const noexcept {
  if (name == metric_name_label) return metric_;
  for (const label& l : labels_)
    if (l.name == name) return l.value;
  return {};
}

std::size_t label_set::bytes() const noexcept {
  return sizeof *this + text_.capacity() + labels_.capacity() * sizeof(label);
}

std::string label_set::text(bool with_metric) const {
  std::string out(with_metric ? metric_ : std::string_view());
  if (labels_.empty()) return out.empty() ? "{}" : out;
  out += '{';
  for (const label& l : labels_) {
    if (out.back() != '{') out += ", ";
    out += l.name;
    out += '=';
    out += quoted(l.value);
  }
  out += '}';
  return out;
}

std::string quoted(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD, which no expression may have as it is
  std::string out = "\"";
  while (!text.empty()) {
    if (text.starts_with(replacement)) {
      out += "\\ufffd";
      text.remove_prefix(replacement.size());
      continue;
    }
    const char c = text.front();
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
    text.remove_prefix(1);
  }
  return out += '"';
}

} // namespace reeve::rules
