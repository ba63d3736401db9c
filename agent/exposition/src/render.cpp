// SPDX-License-Identifier: Apache-2.0
#include "reeve/exposition/render.hpp"

#include "family_text.hpp"
#include "plan.hpp"
#include "text_writer.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_set>

namespace reeve::exposition {

struct renderer::state {
  state(std::vector<store::snapshot_ptr> kept, format chosen)
      : snapshots(std::move(kept)), output(chosen), plans(make_plan(snapshots, dropped_families)) {}

  void advance(text_writer& out, std::size_t goal);
  void rows(text_writer& out, std::size_t goal, const family_part& part);

  std::vector<store::snapshot_ptr> snapshots;
  format output;
  std::uint64_t dropped_families = 0;
  std::uint64_t dropped_series = 0;
  std::vector<family_plan> plans;

  // Where the text so far ends.
  std::size_t family = 0;
  std::size_t part = 0;
  std::size_t row = 0;
  bool finished = false;
  std::optional<family_text> text;           // of plans[family], once its head is written
  std::unordered_set<std::string_view> seen; // its label texts so far, where it has several parts
};

void renderer::state::advance(text_writer& out, std::size_t goal) {
  for (; family < plans.size(); ++family) {
    const family_plan& plan = plans[family];
    if (!text) {
      text.emplace(*plan.spec, output);
      text->head(out);
    }
    for (; part < plan.parts.size(); ++part) {
      rows(out, goal, plan.parts[part]);
      if (row < plan.parts[part].size()) return;
      row = 0;
    }
    part = 0;
    seen.clear();
    text.reset();
  }
  if (output == format::openmetrics) out.append("# EOF\n");
  finished = true;
}

void renderer::state::rows(text_writer& out, std::size_t goal, const family_part& from) {
  const bool only = plans[family].parts.size() == 1;
  const std::size_t count = from.size();
  for (; row < count && out.written() < goal; ++row) {
    const std::string_view labels = from.labels(row).text();
    if (!only && !seen.insert(labels).second) {
      ++dropped_series;
      continue;
    }
    if (from.series)
      text->sample(out, labels, from.source->values[from.series->first + row]);
    else
      text->histogram(out, from.histograms->values[row]);
  }
}

renderer::renderer(std::vector<store::snapshot_ptr> snapshots, format f)
    : state_(std::make_unique<state>(std::move(snapshots), f)) {}
renderer::~renderer() = default;
renderer::renderer(renderer&&) noexcept = default;
renderer& renderer::operator=(renderer&&) noexcept = default;

bool renderer::next(std::string& chunk, std::size_t at_least_bytes) {
  constexpr std::size_t longest_usual_line = 512;
  constexpr std::size_t most_at_once = 64 * 1024; // more is taken as it is needed
  if (state_->finished) return false;
  const std::size_t goal = std::max<std::size_t>(at_least_bytes, 1);
  text_writer out(chunk, std::min(goal, most_at_once) + longest_usual_line);
  state_->advance(out, goal);
  return out.written() > 0;
}

std::uint64_t renderer::dropped_families() const noexcept {
  return state_->dropped_families;
}
std::uint64_t renderer::dropped_series() const noexcept {
  return state_->dropped_series;
}

} // namespace reeve::exposition
