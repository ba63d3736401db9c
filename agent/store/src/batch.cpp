// SPDX-License-Identifier: Apache-2.0
#include "reeve/store/batch.hpp"

#include "family_table.hpp"
#include "hash.hpp"
#include "histogram_stage.hpp"
#include "label_table.hpp"
#include "label_value_text.hpp"
#include "reeve/base/strings.hpp"
#include "series_table.hpp"
#include "symbol_table.hpp"

#include <numeric>
#include <string>

namespace reeve::store {

namespace {

// A flood of refused writes allocates nothing: this fits into the string itself on every standard library.
error over_the_limit() {
  return {errc::limit, "too many series"};
}

error no_such_family(family_id family) {
  return {errc::invalid_argument, cat("there is no metric family ", family)};
}

} // namespace

struct batch::state {
  explicit state(batch_limits l) : limits(l) {}

  // Renders the labels of one series into `text`; `same_labels`: they are those of the call before.
  result<> render(const family_table::record& family, std::span<const label_value> values, bool same_labels);
  bool full(family_id family) const noexcept;
  // The slot of the rendered labels, made when there is room. no_record: there is none.
  std::uint32_t slot(family_id family, bool transient, bool& made);

  batch_limits limits;
  batch_counters counters;
  family_table families;
  symbol_table symbols;
  label_table labels;
  series_table series{labels};
  histogram_stage histograms{labels};

  std::string text;
  std::uint32_t text_hash = 0;
  std::uint32_t text_keys = no_record; // the key set that `text` was rendered for
};

result<> batch::state::render(const family_table::record& family, std::span<const label_value> values,
                              bool same_labels) {
  if (same_labels && text_keys == family.keys) return {};
  const key_set& keys = families.keys(family.keys);
  if (values.size() != keys.keys.size())
    return error{errc::invalid_argument, cat("metric family \"", family.spec->name, "\" has ",
                                             keys.keys.size(), " labels, not ", values.size())};
  text.clear();
  text_keys = no_record;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const label_value& value = values[i];
    const bool is_symbol = value.text.data() == nullptr && value.symbol != 0;
    std::string_view symbol;
    if (is_symbol) {
      const auto known = symbols.text(value.symbol);
      if (!known) return error{errc::invalid_argument, cat("there is no symbol ", value.symbol)};
      symbol = *known;
    }
    if (is_symbol ? symbol.empty() : value.text.empty()) continue; // to Prometheus the same as no such label
    const std::size_t before = text.size();
    if (before > 0) text += ',';
    text += keys.openings[i];
    const std::size_t opened = text.size();
    if (is_symbol)
      text += symbol;
    else
      append_label_value(text, value.text, limits.max_label_bytes);
    if (text.size() == opened)
      text.resize(before); // cut to nothing
    else
      text += '"';
  }
  text_hash = hash_text(text);
  text_keys = family.keys;
  return {};
}

bool batch::state::full(family_id family) const noexcept {
  if (series.size() + histograms.size() >= limits.max_series) return true;
  const std::uint32_t own = families.at(family).spec->max_series;
  return own != 0 && series.size_of(family) + histograms.size_of(family) >= own;
}

std::uint32_t batch::state::slot(family_id family, bool transient, bool& made) {
  made = false;
  std::uint32_t label = labels.find(text, text_hash);
  if (label != no_record)
    if (const std::uint32_t known = series.find(family, label); known != no_record) return known;
  if (full(family)) {
    ++counters.dropped_series_total;
    return no_record;
  }
  if (label == no_record) label = labels.insert(text, text_hash);
  made = true;
  return series.insert(family, label, transient);
}

batch::batch(batch_limits limits) : state_(std::make_unique<state>(limits)) {}
batch::~batch() = default;

result<family_id> batch::family(const family_spec& spec) {
  auto declared = state_->families.declare(spec, state_->limits.max_families);
  if (!declared) ++state_->counters.rejected_families_total;
  return declared;
}

std::optional<std::uint32_t> batch::label_count(family_id family) const noexcept {
  if (family >= state_->families.size()) return std::nullopt;
  return static_cast<std::uint32_t>(state_->families.at(family).spec->label_keys.size());
}

std::optional<std::uint32_t> batch::bucket_count(family_id family) const noexcept {
  if (family >= state_->families.size()) return std::nullopt;
  return static_cast<std::uint32_t>(state_->families.at(family).spec->bounds.size()) + 1;
}

result<symbol_id> batch::intern(std::string_view text) {
  std::string escaped;
  append_label_value(escaped, text, state_->limits.max_label_bytes);
  const symbol_id symbol = state_->symbols.intern(escaped, state_->limits.max_symbols);
  if (symbol == 0) return error{errc::limit, cat("more than ", state_->limits.max_symbols, " symbols")};
  return symbol;
}

result<series_id> batch::series(family_id family, std::span<const label_value> labels) {
  state& s = *state_;
  if (family >= s.families.size()) return no_such_family(family);
  if (s.families.at(family).spec->kind == metric_kind::histogram)
    return error{errc::invalid_argument, "a histogram has no series handle"};
  if (const auto rendered = s.render(s.families.at(family), labels, false); !rendered)
    return rendered.error();
  bool made = false;
  const std::uint32_t at = s.slot(family, false, made);
  if (at == no_record) return over_the_limit();
  if (!made) s.series.keep(at);
  return s.series.handle(at);
}

void batch::drop(series_id series) {
  state_->series.drop(series);
}

void batch::begin() {
  state_->series.begin();
  state_->histograms.clear();
}

bool batch::set(series_id series, double value) {
  return state_->series.write(series, value);
}

result<> batch::add(family_id family, std::span<const label_value> labels, double value, bool same_labels) {
  state& s = *state_;
  if (family >= s.families.size()) return no_such_family(family);
  if (s.families.at(family).spec->kind == metric_kind::histogram)
    return error{errc::invalid_argument, "a histogram takes more than one value"};
  if (const auto rendered = s.render(s.families.at(family), labels, same_labels); !rendered)
    return rendered.error();
  bool made = false;
  const std::uint32_t at = s.slot(family, true, made);
  if (at == no_record) return over_the_limit();
  s.series.write_transient(at, value);
  return {};
}

result<> batch::add_histogram(family_id family, std::span<const label_value> labels, double sum,
                              std::uint64_t count, std::span<const std::uint64_t> buckets) {
  state& s = *state_;
  if (family >= s.families.size()) return no_such_family(family);
  const family_spec& spec = *s.families.at(family).spec;
  if (spec.kind != metric_kind::histogram)
    return error{errc::invalid_argument, cat("metric family \"", spec.name, "\" is not a histogram")};
  if (buckets.size() != spec.bounds.size() + 1 ||
      std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0}) != count)
    return error{errc::invalid_argument, cat("histogram \"", spec.name, "\" needs ", spec.bounds.size() + 1,
                                             " buckets that add up to its count")};
  if (const auto rendered = s.render(s.families.at(family), labels, false); !rendered)
    return rendered.error();
  std::uint32_t label = s.labels.find(s.text, s.text_hash);
  const bool staged = label != no_record && s.histograms.contains(family, label);
  if (!staged && s.full(family)) {
    ++s.counters.dropped_series_total;
    return over_the_limit();
  }
  if (label == no_record) label = s.labels.insert(s.text, s.text_hash);
  s.histograms.put(family, label, sum, count, buckets);
  return {};
}

snapshot_ptr batch::commit(nanoseconds mono_time, nanoseconds unix_time, std::uint64_t cycle) {
  state& s = *state_;
  auto made = std::make_shared<snapshot>();
  made->series = s.series.settle(s.families, made->values);
  s.counters.samples_total += made->values.size() + s.histograms.size();
  made->histograms = s.histograms.settle(s.families);
  made->mono_time = mono_time;
  made->unix_time = unix_time;
  made->cycle = cycle;
  return made;
}

void batch::discard() {
  begin();
}

const batch_counters& batch::counters() const noexcept {
  return state_->counters;
}
std::uint32_t batch::live_series() const noexcept {
  return state_->series.size();
}

} // namespace reeve::store
