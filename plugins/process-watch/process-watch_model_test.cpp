// SPDX-License-Identifier: Apache-2.0
// The tracker against a naive model, over long random lives of a small machine.
#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

using reeve::testing::fake_plugin_host;
using reeve::testing::fake_process;

// Everything by identity, nothing by group: a counter is the sum over what each identity counted under that
// name.
struct model {
  struct known {
    std::string name;
    std::uint64_t highest = 0;
  };
  using identity = std::pair<std::uint32_t, std::uint64_t>;
  std::map<identity, known> alive;
  std::map<std::string, std::uint64_t> cpu, starts, exits, processes;
  bool first = true;

  void read(const std::vector<fake_process>& rows, const std::vector<fake_process>& short_lived) {
    std::map<identity, known> now;
    for (auto& [name, n] : processes)
      n = 0;
    for (const fake_process& p : rows) {
      const identity id{p.row.pid, p.row.start};
      const auto before = alive.find(id);
      known k{p.name, before == alive.end() ? 0 : before->second.highest};
      if (before == alive.end() && !first) ++starts[p.name];
      if ((p.row.present & REEVE_PROCESS_CPU) && p.row.cpu_user_ns > k.highest) {
        cpu[p.name] += p.row.cpu_user_ns - k.highest;
        k.highest = p.row.cpu_user_ns;
      }
      ++processes[p.name];
      now[id] = k;
    }
    for (const auto& [id, k] : alive)
      if (!now.contains(id)) ++exits[k.name];
    for (const fake_process& p : short_lived) {
      ++starts[p.name];
      ++exits[p.name];
      processes[p.name];
      if (p.row.present & REEVE_PROCESS_CPU) cpu[p.name] += p.row.cpu_user_ns;
    }
    alive = std::move(now);
    first = false;
  }
};

class churn : public testing::TestWithParam<unsigned> {};

TEST_P(churn, group_counters_agree_with_the_model_and_never_go_back) {
  std::mt19937 random(GetParam());
  const auto upto = [&](unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random); };
  const char* const names[] = {"a", "b", "c", "d"};
  fake_plugin_host host;
  host.run(GetParam() % 2 ? "per_process = true\ngroup_ttl = \"1000h\"" : "group_ttl = \"1000h\"");
  model expected;
  std::map<std::string, double> before;
  std::uint64_t stamp = 1;
  for (int round = 0; round < 300; ++round) {
    auto& rows = host.processes.rows;
    for (unsigned i = upto(6); i > 0 && !rows.empty(); --i) // ends, and sometimes its pid is back at once
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(upto(static_cast<unsigned>(rows.size()))));
    for (unsigned i = upto(6); i > 0; --i) {
      const std::uint32_t pid = 2 + upto(25);
      if (std::any_of(rows.begin(), rows.end(), [&](const fake_process& p) { return p.row.pid == pid; }))
        continue;
      host.processes.add(pid, ++stamp, names[upto(4)], 2 + upto(25));
    }
    std::shuffle(rows.begin(), rows.end(), random);
    for (fake_process& p : rows) {
      p.row.state = upto(7);
      p.row.cpu_user_ns += upto(5) * 1000;
      if (upto(10) == 0 && p.row.cpu_user_ns > 3000) p.row.cpu_user_ns -= 3000; // the kernel's rounding
      if (upto(20) == 0) p.name = names[upto(4)];                               // exec
      p.row.present =
          upto(15) == 0 ? fake_process::every_field & ~REEVE_PROCESS_CPU : fake_process::every_field;
      if (p.row.state == REEVE_STATE_ZOMBIE) p.row.state = REEVE_STATE_OTHER; // zombies do not exec
    }
    host.processes.short_lived.clear();
    for (unsigned i = upto(3); i > 0; --i)
      host.processes.short_lived.emplace_back(500 + i, ++stamp, names[upto(4)]).row.cpu_user_ns = 7000;

    ASSERT_EQ(host.sample(), REEVE_OK) << host.last_error();
    expected.read(rows, host.processes.short_lived);
    for (const auto& [name, n] : expected.processes) {
      const auto is = [&](const std::string& what, std::uint64_t value) {
        const auto shown = host.value("reeve_process_group_" + what);
        ASSERT_TRUE(shown) << what;
        EXPECT_DOUBLE_EQ(*shown, static_cast<double>(value)) << what << " in round " << round;
      };
      is("processes{group=\"" + name + "\"}", n);
      is("starts_total{group=\"" + name + "\"}", expected.starts[name]);
      is("exits_total{group=\"" + name + "\"}", expected.exits[name]);
      const auto cpu =
          host.value("reeve_process_group_cpu_seconds_total{group=\"" + name + "\",mode=\"user\"}");
      EXPECT_DOUBLE_EQ(cpu.value_or(0), static_cast<double>(expected.cpu[name]) / 1e9)
          << name << " in round " << round;
    }
    for (const auto& [series, value] : host.published()) {
      if (series.find("reeve_process_group_") != 0 || series.find("_total{") == std::string::npos) continue;
      EXPECT_GE(value, before[series]) << series;
      before[series] = value;
    }
    if (GetParam() % 2) {
      EXPECT_EQ(host.with_prefix("reeve_process_threads").size(), rows.size());
      EXPECT_EQ(host.with_prefix("reeve_process_state").size(), rows.size());
    }
    ASSERT_FALSE(HasFailure()) << "seed " << GetParam();
  }
  EXPECT_THAT(host.violations(), testing::IsEmpty());
  // Nothing is left of processes that ended.
  host.processes.rows.clear();
  host.processes.short_lived.clear();
  ASSERT_EQ(host.sample(), REEVE_OK);
  EXPECT_LE(host.live_series(), 4u * 25u + 2u);
}

INSTANTIATE_TEST_SUITE_P(seeds, churn, testing::Range(1u, 21u));

} // namespace
