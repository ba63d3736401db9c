// SPDX-License-Identifier: Apache-2.0
// docs/metrics.md beside what running agents expose: every family of either side is on the other, with its type and labels; and
// all of them keep to the rules for names.
#include "tests/integration/promtool.hpp"
#include "tests/lint/markdown.hpp"
#include "tests/lint/metric_rules.hpp"
#include "tests/support/agent_process.hpp"
#include "tests/support/under_wine.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <set>
#include <vector>

namespace reeve::test {
namespace {

struct family {
  std::string type;
  std::set<std::string> labels;
  std::string when; // of the document: empty = always
  friend bool operator==(const family& a, const family& b) {
    return a.type == b.type && a.labels == b.labels;
  }
};
using families = std::map<std::string, family>;

void PrintTo(const family& f, std::ostream* out) {
  *out << f.type << " {";
  for (const std::string& label : f.labels)
    *out << ' ' << label;
  *out << " }";
}

// The columns: metric, type, labels, when, unit, meaning.
// Wine 8.0 takes more than half a minute to list the connections that other tests left behind.
bool has_port_watch() {
  static const bool has = !under_wine();
  static const int told = has ? 0 : std::puts("port-watch is left out: Wine lists connections too slowly");
  static_cast<void>(told);
  return has;
}

families documented() {
  families out;
  const std::string text = lint::text_of_file("docs/metrics.md");
  std::vector<const char*> headings = {"## The agent",   "## eventlog-writer", "## file-lock",
                                       "## handle-leak", "## perf-counter",    "## process-watch"};
  if (has_port_watch()) headings.push_back("## port-watch");
  for (const char* heading : headings)
    for (const lint::table_row& row : lint::table_rows(text, heading)) {
      if (row.size() != 6) {
        ADD_FAILURE() << "a row of " << row.size() << " cells below " << heading << ": " << row.at(0);
        continue;
      }
      const std::vector<std::string> labels = lint::code_in(row[2]);
      for (const std::string& name : lint::code_in(row[0])) {
        EXPECT_FALSE(out.contains(name)) << name << " is documented twice";
        out[name] = {row[1], {labels.begin(), labels.end()}, row[3]};
        EXPECT_NE(row[5], "") << name;
      }
    }
  return out;
}

// Text 0.0.4 has no type for info families.
std::string type_of(const exposed_family& f) {
  return f.name.ends_with("_info") ? "info" : f.type;
}

families exposed(const exposition& e) {
  families out;
  for (const exposed_family& f : e.families)
    out[f.name].type = type_of(f);
  for (const exposed_sample& s : e.samples)
    for (const auto& [label, value] : s.labels)
      out[e.families[s.family].name].labels.insert(label);
  return out;
}

// Where no log is, so that a test writes nothing into that of its machine.
constexpr const char* ports = "[plugin.port-watch]\n[[plugin.port-watch.port]]\nport = 9\nexpect = \"free\"\n"
                              "[[plugin.port-watch.endpoint]]\nname = \"db\"\nport = 5432\nlimit = 10\n";
constexpr const char* eventlog =
    "[plugin.eventlog-writer]\njournal_socket = \"/nowhere/journal\"\nsyslog_socket = \"/nowhere/log\"\n";

bool has_promtool() {
  static const bool has = !under_wine() && std::filesystem::exists(promtool_program); // Wine sees it
  static const int told =
      has ? 0 : std::printf("promtool is not asked: this system has no %s\n", promtool_program);
  static_cast<void>(told);
  return has;
}

// When `awaited` is there, which the start alone does not bring.
exposition scrape(const std::string& plugins, std::string_view awaited = {}) {
  agent_options options;
  options.plugins = plugins;
  const auto agent = agent_process::start(options);
  EXPECT_TRUE(agent) << agent.error().message;
  if (!agent) return {};
  auto e = (*agent)->metrics(); // ready means that every plugin has had its first run
  if (!awaited.empty())
    (void)wait_until(
        [&] {
          e = (*agent)->metrics();
          return e && e->find(awaited);
        },
        long_bound);
  EXPECT_TRUE(e) << e.error().message;
  if (e) {
    EXPECT_THAT(lint::metric_problems(*e), testing::IsEmpty());
  }
  if (has_promtool()) {
    EXPECT_EQ(promtool_complaints((*agent)->get("/metrics")->body), "");
  }
  return e ? std::move(*e) : exposition{};
}

// Of every column "when" that the document may use: does it hold in an agent that has everything switched on?
bool holds_with_everything(const std::string& when, const std::string& os) {
  if (when == "Linux") return os == "linux";
  if (when == "sockets are read") return has_port_watch();
  if (when == "a process leaks") return false; // see leaks_test
  if (when == "a sink runs") return true;
  if (when == "a process is managed" || when == "a job is there" || when == "a webhook is there") return true;
  if (when == "it runs" || when == "a rule is there" || when == "an action is configured") return true;
  if (when == "an action has ended" || when == "a guard has refused") return false; // see remedies_test
  if (when == "it has checks" || when == "a check was answered") return false;      // see managed_health_test
  if (when == "a run has ended") return false;                                      // not at the scrape
  if (when == "it waits" || when == "it has ended by itself") return false; // not for sure at the scrape
  if (when == "an event was written") return false; // here there is no log to write it into
  if (when == "an owner is known") return false;    // Wine knows none
  if (when == "a file is watched") return true;
  if (when == "a file is held") return false;        // nobody holds one here
  if (when == "a connection is there") return false; // nor does one here connect to an endpoint
  if (when == "the system has it")
    return false; // disks, control groups and the like: not every machine has them
  EXPECT_TRUE(when == "`per_process`" || when == "`compat`" || when == "`port`" || when == "`endpoint`" ||
              when == "`watch`" || when.empty())
      << "the test knows no condition \"" << when << "\"";
  return true;
}

TEST(metrics_reference, has_every_family_of_a_plain_agent) {
  const families in_document = documented();
  const exposition e =
      scrape(cat("[plugin.process-watch]\n[plugin.handle-leak]\n[plugin.file-lock]\n[plugin.perf-counter]\n",
                 has_port_watch() ? "[plugin.port-watch]\n" : "", eventlog));
  const families shown = exposed(e);
  ASSERT_FALSE(shown.empty());
  for (const auto& [name, f] : shown) {
    ASSERT_TRUE(in_document.contains(name)) << name << " is not in docs/metrics.md";
    EXPECT_EQ(in_document.at(name), f) << name;
  }
  for (const auto& [name, f] : in_document)
    if (f.when.empty()) {
      EXPECT_TRUE(shown.contains(name)) << name << " is documented as always there";
    }
}

TEST(metrics_reference, has_no_family_that_is_never_exposed) {
  const families in_document = documented();
  const temp_dir folder;
  write_file(folder / "watched", "");
  const exposition e =
      scrape(cat("[plugin.process-watch]\nper_process = true\ncompat = [\"namedprocess\", "
                 "\"windows\"]\nunmatched = \"group_by_name\"\n[plugin.handle-leak]\n"
                 "[plugin.perf-counter]\nsets = [\"cpu\", \"system\", \"memory\", \"disk\", "
                 "\"filesystem\", \"network\", \"pressure\", \"vmstat\", \"files\", \"cgroup\"]\n"
                 "[[plugin.file-lock.watch]]\nname = \"root\"\npaths = [\"",
                 (folder / "watched").generic_string(), "\"]\n", eventlog, has_port_watch() ? ports : "",
                 "[[process]]\nname = \"stays\"\ncommand = '",
                 (std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander")).string(),
                 "'\nargs = [\"stay\"]\nstop_timeout = \"1s\"\n[[job]]\nname = \"waits\"\ncommand = '",
                 (std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander")).string(),
                 "'\nschedule = \"0 0 1 1 *\"\n[webhook]\nallow_unauthenticated = true\n[[rule]]\nname = "
                 "\"never\"\nexpr = \"vector(0) > 1\"\naction = \"restart\"\ntarget = \"process:stays\"\n"),
             "reeve_managed_start_time_seconds");
  const exposed_sample* build = e.find("reeve_build_info");
  ASSERT_NE(build, nullptr);
  const families shown = exposed(e);
  for (const auto& [name, f] : in_document)
    if (holds_with_everything(f.when, build->label("os"))) {
      EXPECT_TRUE(shown.contains(name)) << name << " is documented and not exposed";
    }
  for (const auto& [name, f] : shown) {
    ASSERT_TRUE(in_document.contains(name)) << name << " is not in docs/metrics.md";
    EXPECT_EQ(in_document.at(name), f) << name;
  }
}

} // namespace
} // namespace reeve::test
