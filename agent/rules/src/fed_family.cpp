// SPDX-License-Identifier: Apache-2.0
#include "fed_family.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/store/sample_names.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace reeve::rules {

namespace {

using number = series_memory::series_number;

constexpr std::size_t looked_ahead = 16; // rows that may have gone between two that stay

} // namespace

fed_family::fed_family(std::shared_ptr<const store::family_spec> spec) : spec_(std::move(spec)) {
  if (spec_->kind != store::metric_kind::histogram) {
    names_.push_back({cat(spec_->name, store::sample_suffix(spec_->kind)), {}});
    return;
  }
  names_.push_back({cat(spec_->name, "_count"), {}});
  names_.push_back({cat(spec_->name, "_sum"), {}});
  for (const double bound : spec_->bounds)
    names_.push_back({cat(spec_->name, "_bucket"), store::canonical_bound(bound)});
  names_.push_back({cat(spec_->name, "_bucket"), "+Inf"});
}

void fed_family::look_at_selections(const series_memory& memory) {
  is_wanted_ = false;
  for (name& n : names_) {
    n.is_wanted = memory.is_wanted(n.metric);
    is_wanted_ = is_wanted_ || n.is_wanted;
  }
  labels_.clear(); // the numbers stay, for set_rows() to see what is gone
}

void fed_family::set_rows(std::span<const store::label_ref> labels, series_memory& memory,
                          std::int64_t now_ms, std::vector<number>& gone) {
  const std::size_t width = names_.size();
  const std::vector<store::label_ref> old_labels = std::exchange(labels_, {labels.begin(), labels.end()});
  const std::vector<number> old = std::exchange(numbers_, {});
  numbers_.reserve(labels.size() * width);
  std::vector<number> lost, found;
  std::size_t next = 0; // of the old rows
  for (std::size_t row = 0; row < labels.size(); ++row) {
    std::size_t same = next;
    const std::size_t last = std::min(next + looked_ahead, old_labels.size());
    while (same < last && !(old_labels[same] == labels[row]))
      ++same;
    if (same < last) {
      const auto at = [&](std::size_t r) { return old.begin() + static_cast<std::ptrdiff_t>(r * width); };
      lost.insert(lost.end(), at(next), at(same));
      numbers_.insert(numbers_.end(), at(same), at(same + 1));
      next = same + 1;
      continue;
    }
    for (std::size_t which = 0; which < width; ++which) {
      numbers_.push_back(find(row, which, memory, now_ms));
      found.push_back(numbers_.back());
    }
  }
  lost.insert(lost.end(), old.begin() + static_cast<std::ptrdiff_t>(next * width), old.end());
  std::ranges::sort(found);
  std::ranges::copy_if(lost, std::back_inserter(gone), [&](number n) {
    return n != 0 && n != series_memory::no_room && !std::ranges::binary_search(found, n);
  });
}

number fed_family::find(std::size_t row, std::size_t which, series_memory& memory, std::int64_t now_ms) {
  const name& n = names_[which];
  if (!n.is_wanted) return 0;
  std::string_view text = labels_[row].text();
  (void)read_labels(text, room_); // as the store has written them
  std::vector<label> all = room_.labels();
  if (!n.le.empty()) all.push_back({"le", n.le});
  return memory.find_or_make(label_set::make(n.metric, std::move(all)), now_ms);
}

void fed_family::put(std::size_t row, std::size_t which, double value, series_memory& memory,
                     std::int64_t now_ms) {
  number& to = numbers_[row * names_.size() + which];
  if (to == 0) return;
  if (is_stale(value)) value = std::numeric_limits<double>::quiet_NaN(); // an exposition says NaN of both
  if (memory.append(to, now_ms, value)) return;
  to = find(row, which, memory, now_ms);
  memory.append(to, now_ms, value);
}

void fed_family::append(std::size_t row, double value, series_memory& memory, std::int64_t now_ms) {
  put(row, 0, spec_->kind == store::metric_kind::info ? 1 : value, memory, now_ms);
}

void fed_family::append(std::size_t row, const store::histogram_value& value, series_memory& memory,
                        std::int64_t now_ms) {
  put(row, 0, static_cast<double>(value.count), memory, now_ms);
  put(row, 1, value.sum, memory, now_ms);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < value.buckets.size(); ++i) {
    cumulative += value.buckets[i];
    put(row, 2 + i, static_cast<double>(cumulative), memory, now_ms);
  }
}

} // namespace reeve::rules
