// SPDX-License-Identifier: Apache-2.0
#include "population.hpp"

#include <utility>

namespace reeve::test {

namespace {

constexpr std::uint32_t usual_pids = 400; // so few that each is used again soon
constexpr std::uint32_t storm_pids = 100'000;
constexpr std::uint64_t remembered_steps = 1000;

os::text_ref append(std::string& text, std::string_view piece) {
  const os::text_ref ref{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(piece.size())};
  text += piece;
  return ref;
}

class population_table final : public os::process_table {
 public:
  explicit population_table(const population& machine) : machine_(machine) {}
  result<> read(os::process_fields wanted, os::process_rows& out) override {
    machine_.fill(wanted, out);
    return {};
  }
  std::string_view backend() const noexcept override { return "population"; }
  std::string_view short_lived_unavailable() const noexcept override { return {}; }

 private:
  const population& machine_;
};

} // namespace

std::unique_ptr<os::process_table> table_of(const population& machine) {
  return std::make_unique<population_table>(machine);
}

population::population() {
  for (unsigned i = 0; i < at_rest; ++i)
    begin(some_name(), 2, usual_pids, UINT64_MAX);
}

// Mostly one of thirty services, else a name of its own: some with bytes that no label takes as they are,
// some longer than a label may be.
std::string population::some_name() {
  if (below(100) < 75) return "service-" + std::to_string(below(30));
  const std::string number = std::to_string(++next_name_);
  if (next_name_ % 7 == 0) return "job \"" + number + "\"\n\xff\\";
  if (next_name_ % 11 == 0) return number + std::string(300, 'x');
  return "job-" + number;
}

std::uint32_t population::free_pid(std::uint32_t first, std::uint32_t count) {
  std::uint32_t pid = first + below(count);
  while (living_.contains(pid))
    pid = first + (pid - first + 1) % count;
  return pid;
}

void population::begin(std::string name, std::uint32_t first_pid, std::uint32_t pids, std::uint64_t ends) {
  process p;
  p.pid = free_pid(first_pid, pids);
  p.start = ++next_start_;
  p.ends = ends;
  p.name = std::move(name);
  if (!living_.empty()) {
    const auto parent = living_.lower_bound(below(usual_pids));
    if (parent != living_.end()) p.parent = parent->first;
  }
  last_seen_[p.name] = step_;
  living_.emplace(p.pid, std::move(p));
}

void population::step() {
  ++step_;
  // Ends first, so that a pid may be another process's within the same step.
  for (auto at = living_.begin(); at != living_.end();) {
    process& p = at->second;
    ++p.age;
    if (p.ends <= step_ || (p.ends == UINT64_MAX && below(100) < 5)) {
      last_seen_[p.name] = step_;
      at = living_.erase(at);
      continue;
    }
    if (below(100) < 2) p.name = some_name(); // exec
    if (below(100) < 10)
      p.state =
          p.state == os::process_state::sleeping ? os::process_state::running : os::process_state::sleeping;
    if (below(100) < 3) p.parent = 1; // orphaned
    last_seen_[p.name] = step_;
    ++at;
  }
  unsigned usual = 0;
  for (const auto& [pid, p] : living_)
    usual += p.ends == UINT64_MAX;
  for (; usual < at_rest; ++usual)
    begin(some_name(), 2, usual_pids, UINT64_MAX);
  if (step_ % storm_every == storm_begins)
    for (unsigned i = 0; i < storm_size; ++i)
      begin("storm-" + std::to_string(i % 10), storm_pids, storm_size * 2, step_ + storm_length);

  short_lives_.clear();
  for (unsigned i = below(8); i > 0; --i) {
    short_lives_.push_back({free_pid(2, usual_pids), 1 + below(usual_pids), ++next_start_, some_name()});
    last_seen_[short_lives_.back().name] = step_;
  }
  std::erase_if(last_seen_, [this](const auto& item) { return item.second + remembered_steps < step_; });
}

void population::fill(os::process_fields wanted, os::process_rows& out) const {
  using enum os::process_field;
  out.rows.clear();
  out.short_lived.clear();
  out.text.clear();
  out.unreadable = {};
  for (const auto& [pid, p] : living_) {
    os::process_row& row = out.rows.emplace_back();
    row.id = {pid, p.start};
    row.ppid = p.parent;
    row.present = wanted;
    row.state = p.state;
    row.name = append(out.text, p.name);
    if (os::has(wanted, executable)) row.executable = append(out.text, "/usr/lib/soak/bin/" + p.name);
    if (os::has(wanted, command_line))
      row.command_line = append(out.text, p.name + " --start " + std::to_string(p.start));
    if (os::has(wanted, user)) row.user = append(out.text, pid % 2 == 0 ? "service" : "daemon");
    row.cpu_user_ns = p.age * 10'000'000;
    row.cpu_system_ns = p.age * 1'000'000;
    row.resident_bytes = (1 + pid) << 12;
    row.virtual_bytes = row.resident_bytes * 10;
    row.private_bytes = row.resident_bytes / 2;
    row.threads = 1 + pid % 7;
    row.open_handles = 3 + pid % 50;
    row.open_handles_limit = 1024;
    row.io_read_bytes = p.age * 4096;
    row.io_write_bytes = p.age * 512;
    row.minor_faults = p.age * 20;
    row.major_faults = p.age;
    row.voluntary_switches = p.age * 100;
    row.involuntary_switches = p.age * 3;
    row.start_unix_ns = static_cast<std::int64_t>(1'700'000'000'000'000'000 + p.start * 1'000'000);
  }
  for (const short_life& s : short_lives_) {
    os::process_row& row = out.short_lived.emplace_back();
    row.id = {s.pid, s.start};
    row.ppid = s.parent;
    row.present = wanted & static_cast<os::process_fields>(parent);
    row.name = append(out.text, s.name);
  }
}

std::set<std::string> population::names_within(std::uint64_t ttl) const {
  std::set<std::string> out;
  for (const auto& [name, step] : last_seen_)
    if (step_ - step <= ttl) out.insert(name);
  return out;
}

} // namespace reeve::test
