// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/snapshot_feed.hpp"

#include "fed_family.hpp"

#include "reeve/rules/clock_watch.hpp"

#include <algorithm>
#include <utility>

namespace reeve::rules {

namespace {

using family_ptr = std::unique_ptr<fed_family>;
using number_list = std::vector<series_memory::series_number>;

std::int64_t unix_ms(nanoseconds time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).count();
}

std::int64_t time_of(const store::snapshot& s, std::optional<nanoseconds> clock_offset) {
  const nanoseconds steady = s.mono_time + clock_offset.value_or(s.unix_time - s.mono_time);
  return unix_ms(std::chrono::abs(steady - s.unix_time) < clock_is_set_by ? s.unix_time : steady);
}

// The families of `blocks`, in their order: those of before where they are the same.
template <class Block>
std::vector<family_ptr> matched(std::vector<family_ptr> before, const std::vector<Block>& blocks,
                                const series_memory& memory, number_list& gone) {
  std::vector<family_ptr> out;
  out.reserve(blocks.size());
  for (const Block& block : blocks) {
    const auto is_same = [&](const family_ptr& f) { return f && f->is_for(*block.family); };
    const std::size_t here = out.size();
    auto at = before.end();
    if (here < before.size() && is_same(before[here]))
      at = before.begin() + static_cast<std::ptrdiff_t>(here);
    else
      at = std::ranges::find_if(before, is_same);
    if (at != before.end()) {
      out.push_back(std::move(*at));
    } else {
      out.push_back(std::make_unique<fed_family>(block.family));
      out.back()->look_at_selections(memory);
    }
  }
  for (const family_ptr& f : before)
    if (f) gone.insert(gone.end(), f->numbers().begin(), f->numbers().end());
  return out;
}

} // namespace

struct snapshot_feed::source {
  std::string name;
  store::snapshot_ptr last;
  std::vector<family_ptr> families;   // by the blocks of the layout
  std::vector<family_ptr> histograms; // by those of the snapshot
  bool is_there = false;
  bool is_to_match = true; // the rows of all families anew
  number_list gone;

  void look_at_selections(const series_memory& memory) {
    for (auto* const all : {&families, &histograms})
      for (const family_ptr& f : *all)
        f->look_at_selections(memory);
    is_to_match = true;
  }

  void take(const store::snapshot_ptr& next, std::optional<nanoseconds> clock_offset, series_memory& memory) {
    if (next == last) return;
    const std::int64_t now_ms = time_of(*next, clock_offset);
    const store::layout& series = *next->series;
    const bool is_same_layout = !std::exchange(is_to_match, false) && last->series == next->series;
    gone.clear();
    if (!is_same_layout) families = matched(std::move(families), series.blocks, memory, gone);
    for (std::size_t b = 0; b < families.size(); ++b) {
      fed_family& f = *families[b];
      if (!f.is_wanted()) continue;
      const store::layout::block& block = series.blocks[b];
      if (!is_same_layout)
        f.set_rows(std::span(series.labels).subspan(block.first, block.count), memory, now_ms, gone);
      for (std::uint32_t i = 0; i < block.count; ++i)
        f.append(i, next->values[block.first + i], memory, now_ms);
    }
    histograms = matched(std::move(histograms), next->histograms, memory, gone);
    for (std::size_t b = 0; b < histograms.size(); ++b)
      if (histograms[b]->is_wanted()) take_histograms(*histograms[b], next->histograms[b], now_ms, memory);
    end_gone(now_ms, memory);
    last = next;
  }

  void take_histograms(fed_family& f, const store::histogram_block& block, std::int64_t now_ms,
                       series_memory& memory) {
    const auto& values = block.values;
    bool is_same = f.rows() == values.size();
    for (std::size_t i = 0; is_same && i < values.size(); ++i)
      is_same = f.has_row(i, values[i].labels);
    if (!is_same) {
      std::vector<store::label_ref> labels;
      for (const store::histogram_value& v : values)
        labels.push_back(v.labels);
      f.set_rows(labels, memory, now_ms, gone);
    }
    for (std::size_t i = 0; i < values.size(); ++i)
      f.append(i, values[i], memory, now_ms);
  }

  void end_gone(std::int64_t now_ms, series_memory& memory) {
    for (const auto number : gone)
      memory.end(number, now_ms);
    gone.clear();
  }

  void end_all(std::int64_t now_ms, std::optional<nanoseconds> clock_offset, series_memory& memory) {
    // Its last samples may bear a later time when the clock was set back meanwhile.
    if (last) now_ms = std::max(now_ms, time_of(*last, clock_offset) + 1);
    (void)matched(std::move(families), std::vector<store::layout::block>(), memory, gone);
    (void)matched(std::move(histograms), std::vector<store::histogram_block>(), memory, gone);
    end_gone(now_ms, memory);
  }
};

snapshot_feed::snapshot_feed(series_memory& memory) : memory_(memory) {}
snapshot_feed::~snapshot_feed() = default;

void snapshot_feed::take(std::span<const store::board::entry> sources, std::int64_t now_ms,
                         std::optional<nanoseconds> clock_offset) {
  const bool is_new_selection = std::exchange(is_new_selection_, false);
  for (const auto& s : sources_) {
    s->is_there = false;
    if (is_new_selection) s->look_at_selections(memory_);
  }
  for (const store::board::entry& e : sources) {
    if (!e.latest) continue;
    auto at =
        std::ranges::find(sources_, e.source, [](const auto& s) -> const std::string& { return s->name; });
    if (at == sources_.end()) {
      sources_.push_back(std::make_unique<source>());
      at = sources_.end() - 1;
      (*at)->name = e.source;
    }
    (*at)->is_there = true;
    (*at)->take(e.latest, clock_offset, memory_);
  }
  std::erase_if(sources_, [&](const auto& s) {
    if (!s->is_there) s->end_all(now_ms, clock_offset, memory_);
    return !s->is_there;
  });
}

} // namespace reeve::rules
