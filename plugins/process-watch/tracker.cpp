// SPDX-License-Identifier: Apache-2.0
#include "tracker.hpp"

#include <functional>
#include <string_view>
#include <utility>

namespace reeve::process_watch {

namespace {

constexpr const char* overflow_name = "other";
constexpr std::size_t breath_every = 64; // settled processes: some ten microseconds each with many rules

std::uint64_t mixed(std::uint64_t hash, std::string_view text) noexcept {
  return (hash ^ std::hash<std::string_view>{}(text)) * 0x9E3779B97F4A7C15u + text.size();
}

std::uint32_t text_bits(const reeve_process_row& row, std::uint32_t deciding) noexcept {
  return row.present & deciding;
}

} // namespace

tracker::tracker(const options& o)
    : options_(o), deciding_texts_(deciding_texts(o)), shows_processes_(o.any_per_process()) {}

void tracker::update(const process_rows& rows, const breath& breathe) {
  now_ = rows.read_mono_ns();
  take_rows(rows);
  forget_the_vanished();
  had_reading_ = true;
  find_groups(rows, breathe);
  // The same reading again tells of the same short-lived processes.
  if (rows.generation() != generation_ || generation_ == 0) add_short_lived(rows, breathe);
  generation_ = rows.generation();
  sum_up();
  grant_series();
  drop_idle_groups();
}

void tracker::take_rows(const process_rows& rows) {
  ++round_;
  living_.clear();
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const reeve_process_row& row = rows.row(i);
    const bool is_kernels = (row.flags & REEVE_PROCESS_KERNEL_THREAD) != 0;
    if (is_kernels && !options_.kernel_threads) continue;
    if (process* p = take_row(row, rows)) living_.push_back(p);
  }
}

// Null: the pid is in the list of the living already.
process* tracker::take_row(const reeve_process_row& row, const process_rows& rows) {
  const auto [at, added] = processes_.try_emplace(row.pid);
  process& p = at->second;
  const bool listed = !added && p.seen == round_;
  if (listed && p.start >= row.start)
    return nullptr; // of two under one pid the younger is the one that lives
  if (!added && p.start != row.start) {
    retire(p);
    p = process{};
  }
  const bool met_before = p.seen != 0;
  p.seen = round_;
  p.row = &row;
  if (!met_before) {
    p.pid = row.pid;
    p.start = row.start;
    p.is_new = had_reading_;
  } else if (!p.pending && changed(p, row, rows)) {
    p.pending = true;
  }
  return listed ? nullptr : &p;
}

bool tracker::changed(const process& p, const reeve_process_row& row,
                      const process_rows& rows) const noexcept {
  // What could be read before and cannot be now is as it was: a zombie has lost its executable and its
  // arguments, but still belongs where it did.
  if ((row.present & REEVE_PROCESS_STATE) != 0 && row.state == REEVE_STATE_ZOMBIE) return false;
  if (std::hash<std::string_view>{}(rows.text(row.name)) != p.name_hash) return true;
  if ((p.texts & ~row.present) != 0) return false;
  return texts_hash(row, rows) != p.texts_hash;
}

std::uint64_t tracker::texts_hash(const reeve_process_row& row, const process_rows& rows) const noexcept {
  std::uint64_t hash = text_bits(row, deciding_texts_);
  const auto mix = [&](std::uint32_t field, reeve_text text) {
    if ((deciding_texts_ & field) != 0) hash = mixed(hash, rows.text(row, field, text));
  };
  mix(REEVE_PROCESS_EXECUTABLE, row.executable);
  mix(REEVE_PROCESS_COMMAND_LINE, row.command_line);
  mix(REEVE_PROCESS_USER, row.user);
  return hash;
}

void tracker::forget_the_vanished() {
  if (processes_.size() == living_.size()) return;
  for (auto at = processes_.begin(); at != processes_.end();) {
    if (at->second.seen == round_) {
      ++at;
      continue;
    }
    retire(at->second);
    at = processes_.erase(at);
  }
}

void tracker::find_groups(const process_rows& rows, const breath& breathe) {
  for (process* p : living_)
    p->in_chain = false; // one that was cancelled may have left it
  for (process* p : living_)
    if (p->pending) find_group_after_ancestors(*p, rows, breathe);
}

void tracker::find_group_after_ancestors(process& p, const process_rows& rows, const breath& breathe) {
  // Upwards to the first ancestor that has its group, then down again. Reused pids can make a ring of
  // parents, which ends where it began.
  chain_.clear();
  process* one = &p;
  for (; one && one->pending && !one->in_chain; one = parent_of(*one->row)) {
    one->in_chain = true;
    chain_.push_back(one);
  }
  const process* parent = one && !one->pending ? one : nullptr;
  for (std::size_t i = chain_.size(); i-- > 0;) {
    if (i % breath_every == 0) breathe();
    settle(*chain_[i], parent, rows);
    parent = chain_[i];
    chain_[i]->in_chain = false;
  }
}

process* tracker::parent_of(const reeve_process_row& row) {
  if ((row.present & REEVE_PROCESS_PARENT) == 0 || row.ppid == row.pid) return nullptr;
  const auto at = processes_.find(row.ppid);
  // A "parent" that is younger got the pid of the real one, which is gone.
  return at == processes_.end() || at->second.start > row.start ? nullptr : &at->second;
}

void tracker::inherit(group*& descent, std::uint32_t& descent_rule, const process& parent) const noexcept {
  if (parent.in && parent.rule_index != no_rule && options_.rules[parent.rule_index].include_children) {
    descent = parent.in;
    descent_rule = parent.rule_index;
  } else {
    descent = parent.descent;
    descent_rule = parent.descent_rule;
  }
}

void tracker::settle(process& p, const process* parent, const process_rows& rows) {
  // Descent is a matter of birth: an orphan that gets another parent stays where it came from.
  if (!p.descent && parent) inherit(p.descent, p.descent_rule, *parent);
  const verdict v = judge(rows.describe(*p.row), p.descent, p.descent_rule);
  give_up_series(p); // its labels changed, or it has none yet
  leave(p);
  p.in = v.in;
  p.rule_index = v.rule_index;
  if (p.in) ++p.in->members;
  if (p.in && p.is_new) ++p.in->sum.value[starts];
  p.is_new = false;
  p.pending = false;
  p.texts = text_bits(*p.row, deciding_texts_);
  p.name_hash = std::hash<std::string_view>{}(rows.text(p.row->name));
  p.texts_hash = texts_hash(*p.row, rows);
}

tracker::verdict tracker::judge(const subject& s, group* descent, std::uint32_t descent_rule) {
  for (std::uint32_t i = 0; i < options_.rules.size() && i < descent_rule; ++i) {
    captures_.clear();
    if (options_.rules[i].matches(s, captures_))
      return {&group_named(name_label(options_.rules[i].name.render(s, captures_))), i};
  }
  if (descent) return {descent, descent_rule};
  if (options_.rules.empty() || options_.group_unmatched) return {&group_named(name_label(s.name)), no_rule};
  return {};
}

group& tracker::group_named(const std::string& name) {
  const auto known = groups_.find(name);
  if (known != groups_.end()) return known->second;
  const bool full = groups_.size() >= options_.max_groups;
  group& g = groups_[full ? overflow_name : name];
  g.overflow = g.overflow || full;
  if (g.name.empty()) {
    g.name = full ? overflow_name : name;
    g.last_seen_mono_ns = now_;
    g.sum.present = bit(processes) | bit(starts) | bit(exits);
  }
  return g;
}

void tracker::add_short_lived(const process_rows& rows, const breath& breathe) {
  for (std::uint32_t i = 0; i < rows.short_lived_size(); ++i) {
    if (i % breath_every == 0) breathe();
    const reeve_process_row& row = rows.short_lived(i);
    if ((row.flags & REEVE_PROCESS_KERNEL_THREAD) != 0 && !options_.kernel_threads) continue;
    group* descent = nullptr;
    std::uint32_t descent_rule = no_rule;
    if (const process* parent = parent_of(row)) inherit(descent, descent_rule, *parent);
    group* in = judge(rows.describe(row), descent, descent_rule).in;
    if (!in) continue;
    ++in->sum.value[starts];
    ++in->sum.value[exits];
    in->last_seen_mono_ns = now_;
    measures counted = measures_of(row);
    for (unsigned m = n_counters; m < n_measures; ++m)
      counted.value[m] = 0; // it is gone: nothing of it can be weighed
    counted.present &= counter_bits | bit(all_faults);
    counters from_zero{};
    add(in->sum, counted, from_zero);
  }
}

void tracker::sum_up() {
  folded_ = 0;
  for (auto& [name, g] : groups_) {
    clear_gauges(g.sum);
    g.sum.value[processes] = g.members;
    if (g.members > 0) g.last_seen_mono_ns = now_;
    if (g.overflow) folded_ += g.members;
  }
  for (process* p : living_) {
    const measures m = measures_of(*p->row);
    if (p->in)
      add(p->in->sum, m, p->last);
    else
      pass_over(m, p->last);
  }
}

bool tracker::wants_series(const process& p) const noexcept {
  return p.in && (p.rule_index == no_rule ? options_.per_process : options_.rules[p.rule_index].per_process);
}

std::uint32_t tracker::series_limit(const process& p) const noexcept {
  return p.rule_index == no_rule ? options_.max_per_process : options_.rules[p.rule_index].max_processes;
}

void tracker::grant_series() {
  unshown_ = 0;
  if (!shows_processes_) return;
  for (process* p : living_) {
    if (p->shown || !wants_series(*p)) continue;
    if (total_shown_ >= options_.max_per_process || p->in->shown >= series_limit(*p)) {
      ++unshown_;
      continue;
    }
    p->shown = true;
    ++p->in->shown;
    ++total_shown_;
  }
}

void tracker::drop_idle_groups() {
  const auto ttl = static_cast<std::uint64_t>(options_.group_ttl.count());
  idle_.clear();
  for (auto& [name, g] : groups_)
    if (g.members == 0 && now_ > g.last_seen_mono_ns && now_ - g.last_seen_mono_ns > ttl) {
      g.idle = true;
      idle_.push_back(&g);
    }
  if (idle_.empty()) return;
  for (auto& [pid, p] : processes_) {
    if (!p.descent || !p.descent->idle) continue;
    p.descent = nullptr;
    p.descent_rule = no_rule;
  }
  for (group* g : idle_) {
    if (g->series) discarded_.push_back(std::move(g->series));
    groups_.erase(std::string(g->name)); // a copy: the key must outlive the lookup
  }
}

void tracker::leave(process& p) {
  if (p.in) --p.in->members;
  p.in = nullptr;
}

void tracker::retire(process& p) {
  give_up_series(p);
  if (p.in) {
    ++p.in->sum.value[exits];
    p.in->last_seen_mono_ns = now_;
  }
  leave(p);
}

void tracker::give_up_series(process& p) {
  if (p.shown) {
    p.shown = false;
    --p.in->shown;
    --total_shown_;
  }
  if (p.series) discarded_.push_back(std::move(p.series));
}

} // namespace reeve::process_watch
