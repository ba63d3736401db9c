// SPDX-License-Identifier: Apache-2.0
// The default counters beside those of Debian's node exporter: each lies between two scrapes of it.
#include "tests/support/agent_process.hpp"
#include "tests/support/wait_until.hpp"

#include "reeve/base/strings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

namespace reeve::test {
namespace {

constexpr const char* program = "/usr/bin/prometheus-node-exporter";

class node_exporter {
 public:
  static std::unique_ptr<node_exporter> start(const std::filesystem::path& log) {
    child_options how;
    how.program = program;
    how.arguments = {"--web.listen-address=127.0.0.1:0"};
    how.output_file = log;
    auto process = child::start(how);
    if (!process) return nullptr;
    std::unique_ptr<node_exporter> out(new node_exporter(std::move(*process)));
    const bool ready = wait_until([&] { return out->find_port() || !out->process_.running(); }, long_bound);
    return ready && out->port_ != 0 ? std::move(out) : nullptr;
  }
  result<exposition> metrics() const {
    const auto answer = http_get(port_, "/metrics");
    if (!answer) return answer.error();
    return parse_text_0_0_4(answer->body);
  }

 private:
  explicit node_exporter(child process) : process_(std::move(process)) {}
  bool find_port() {
    constexpr std::string_view field = "address=127.0.0.1:";
    const std::string log = process_.output();
    const auto at = log.find(field);
    if (at == std::string::npos) return false;
    std::from_chars(log.data() + at + field.size(), log.data() + log.size(), port_);
    return port_ != 0;
  }

  child process_;
  std::uint16_t port_ = 0;
};

// Of the exporter's sample that stands for ours.
struct counterpart {
  const char* ours;
  const char* theirs;
  double factor = 1;
  // How far outside of its two scrapes a value may lie: what either side's clock or rounding loses, or for levels, which
  // move both ways, a share of the value.
  double slack = 0, share = 0;
};
constexpr counterpart counterparts[] = {
    {"reeve_perf_cpu_seconds_total", "node_cpu_seconds_total", 1, 0.05},
    {"reeve_perf_context_switches_total", "node_context_switches_total"},
    {"reeve_perf_interrupts_total", "node_intr_total"},
    {"reeve_perf_processes_started_total", "node_forks_total"},
    {"reeve_perf_boot_time_seconds", "node_boot_time_seconds", 1, 1},
    {"reeve_perf_memory_total_bytes", "node_memory_MemTotal_bytes"},
    {"reeve_perf_memory_available_bytes", "node_memory_MemAvailable_bytes", 1, 0, 0.1},
    {"reeve_perf_memory_cached_bytes", "node_memory_Cached_bytes", 1, 0, 0.1},
    {"reeve_perf_swap_total_bytes", "node_memory_SwapTotal_bytes"},
    {"reeve_perf_disk_reads_total", "node_disk_reads_completed_total"},
    {"reeve_perf_disk_written_bytes_total", "node_disk_written_bytes_total"},
    {"reeve_perf_disk_busy_seconds_total", "node_disk_io_time_seconds_total", 1, 0.05},
    {"reeve_perf_disk_queue_seconds_total", "node_disk_io_time_weighted_seconds_total", 1, 0.5},
    {"reeve_perf_filesystem_size_bytes", "node_filesystem_size_bytes"},
    {"reeve_perf_filesystem_available_bytes", "node_filesystem_avail_bytes", 1, 0, 0.05},
    {"reeve_perf_network_receive_bytes_total", "node_network_receive_bytes_total"},
    {"reeve_perf_network_transmit_packets_total", "node_network_transmit_packets_total"},
    {"reeve_perf_paged_out_bytes_total", "node_vmstat_pgpgout", 1024},
    {"reeve_perf_open_files_limit", "node_filefd_maximum"},
};

// Theirs of the same instance: an interface is a device to them, and a file system has more labels than its place.
std::optional<double> theirs(const exposition& e, const counterpart& c, const exposed_sample& ours) {
  for (const exposed_sample& s : e.samples) {
    if (s.name != c.theirs) continue;
    bool same = true;
    for (const auto& [key, value] : ours.labels)
      same = same && s.label(key == "interface" ? "device" : key) == value;
    if (same) return s.value * c.factor;
  }
  return std::nullopt;
}

TEST(node_exporter, agrees_on_what_both_show) {
  if (!std::filesystem::exists(program))
    GTEST_SKIP() << program << " is not installed (Debian's package prometheus-node-exporter)";
  const temp_dir folder;
  const auto exporter = node_exporter::start(folder / "log");
  ASSERT_TRUE(exporter) << read_file(folder / "log");
  agent_options options;
  options.plugins = "[plugin.perf-counter]\n";
  options.scrape = "max_age = \"0s\"\nrefresh_deadline = \"5s\"\n"; // every scrape reads anew
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  const auto before = exporter->metrics();
  const auto ours = (*agent)->metrics();
  const auto after = exporter->metrics();
  ASSERT_TRUE(before) << before.error().message;
  ASSERT_TRUE(ours) << ours.error().message;
  ASSERT_TRUE(after) << after.error().message;
  int compared = 0;
  for (const counterpart& c : counterparts)
    for (const exposed_sample& s : ours->samples) {
      if (s.name != c.ours) continue;
      const auto least = theirs(*before, c, s), most = theirs(*after, c, s);
      if (!least || !most) continue; // it leaves out some devices and file systems that we show
      const double room = c.slack + c.share * std::abs(*least) + std::abs(*least) * 1e-9;
      EXPECT_GE(s.value, std::min(*least, *most) - room)
          << s.name << " " << (s.labels.empty() ? "" : s.labels[0].second);
      EXPECT_LE(s.value, std::max(*least, *most) + room)
          << s.name << " " << (s.labels.empty() ? "" : s.labels[0].second);
      ++compared;
    }
  EXPECT_GE(compared, 20);
}

} // namespace
} // namespace reeve::test
