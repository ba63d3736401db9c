// SPDX-License-Identifier: Apache-2.0
// The source over folders that a test writes in place of /proc and /sys.
#include "tests/support/temp_dir.hpp"

#include "counter_rows_text.hpp"
#include "counters/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace reeve;
using namespace reeve::os;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class recorded_counters : public testing::Test {
 protected:
  recorded_counters() {
    const std::string proc = (root_.path() / "proc").string(), sys = (root_.path() / "sys").string();
    auto made = counter_source::create({proc, sys});
    if (!made) throw std::runtime_error(made.error().message);
    source_ = *std::move(made);
  }
  void file(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    reeve::test::write_file(root_ / name, text);
  }
  std::string path(const std::string& name) const { return (root_ / name).string(); }

  std::uint32_t add(counter_origin origin, const std::string& name, const std::string& argument = {}) {
    const counter_request request{origin, name, argument};
    const auto good = check(request);
    EXPECT_TRUE(good) << good.error().message;
    source_->add(request);
    return count_++;
  }
  std::uint32_t add(const std::string& set) { return add(counter_origin::set, set); }

  std::vector<std::string> read(std::vector<std::uint32_t> wanted) {
    const auto done = source_->read(wanted, rows_);
    EXPECT_TRUE(done);
    return os::test::lines_of(rows_, source_->measures());
  }
  counter_state state(std::uint32_t request) const { return rows_.statuses.at(request).state; }
  std::string why(std::uint32_t request) const {
    return std::string(rows_.view(rows_.statuses.at(request).why));
  }

  reeve::test::temp_dir root_;
  std::unique_ptr<counter_source> source_;
  std::uint32_t count_ = 0;
  counter_rows rows_;
};

TEST_F(recorded_counters, only_what_is_asked_for_is_read) {
  file("proc/stat", "cpu0 100 0 0 200\nctxt 7\n");
  file("proc/sys/fs/file-nr", "10 0 20\n");
  const auto cpu = add("cpu"), system = add("system"), files = add("files");
  EXPECT_THAT(read({system, files}),
              ElementsAre("context_switches 7", "open_files 10", "open_files_limit 20"));
  EXPECT_EQ(state(cpu), counter_state::not_asked);
  EXPECT_EQ(state(system), counter_state::available);
  EXPECT_EQ(read({cpu}).size(), 4u);
  EXPECT_EQ(rows_.rows[0].request, cpu);
}

TEST_F(recorded_counters, a_reading_shows_what_the_file_has_now) {
  file("proc/sys/fs/file-nr", "10 0 20\n");
  const auto files = add("files");
  read({files});
  file("proc/sys/fs/file-nr", "11 0 20\n"); // another file in its place
  EXPECT_THAT(read({files}), Contains("open_files 11"));
}

TEST_F(recorded_counters, what_the_system_lacks_is_missing_and_says_why) {
  const auto pressure = add("pressure"), memory = add("memory");
  file("proc/meminfo", "MemTotal: 1 kB\n");
  EXPECT_THAT(read({pressure, memory}), ElementsAre("memory_total_bytes 1024"));
  EXPECT_EQ(state(pressure), counter_state::missing);
  EXPECT_THAT(why(pressure), HasSubstr("/proc/pressure/"));
  EXPECT_EQ(state(memory), counter_state::available);
  EXPECT_EQ(why(memory), "");
  file("proc/pressure/io", "some avg10=0 avg60=0 avg300=0 total=5000000\n"); // one is enough
  EXPECT_THAT(read({pressure}), ElementsAre("pressure_waiting_seconds{resource=io} 5"));
  EXPECT_EQ(state(pressure), counter_state::available);
}

TEST_F(recorded_counters, a_file_without_a_number_has_failed) {
  file("proc/stat", "nonsense\n");
  const auto cpu = add("cpu");
  EXPECT_THAT(read({cpu}), IsEmpty());
  EXPECT_EQ(state(cpu), counter_state::failed);
  EXPECT_THAT(why(cpu), HasSubstr("there is no number in"));
}

TEST_F(recorded_counters, a_performance_counter_is_missing_here) {
  const auto pdh = add(counter_origin::pdh, "\\System\\Threads");
  EXPECT_THAT(read({pdh}), IsEmpty());
  EXPECT_EQ(state(pdh), counter_state::missing);
  EXPECT_THAT(why(pdh), HasSubstr("Windows"));
}

TEST_F(recorded_counters, a_number_in_a_file) {
  file("one", "42\n");
  file("many", "a: 1\nb: 2\n");
  const auto one = add(counter_origin::file, path("one"));
  const auto many = add(counter_origin::file, path("many"), "^(?P<instance>\\w+): (\\d+)");
  const auto none = add(counter_origin::file, path("none"));
  const auto folder = add(counter_origin::file, path("proc"));
  file("proc/x", "");
  EXPECT_THAT(
      read({one, many, none, folder}),
      ElementsAre("file_value{instance=} 42", "file_value{instance=a} 1", "file_value{instance=b} 2"));
  EXPECT_EQ(state(none), counter_state::missing);
  EXPECT_EQ(state(folder), counter_state::failed);
  EXPECT_NE(rows_.rows[0].measure, rows_.rows[1].measure) << "each file has a meaning of its own";
}

TEST_F(recorded_counters, files_of_a_wildcard_come_and_go) {
  file("zone0/temp", "40\n");
  file("zone[1/temp", "41\n");
  file("zone0/trip_1", "1\n");
  const auto temp = add(counter_origin::file, path("zone*/temp"));
  EXPECT_THAT(read({temp}), ElementsAre("file_value{instance=zone0} 40", "file_value{instance=zone[1} 41"));
  std::filesystem::remove_all(path("zone0"));
  file("zone2/temp", "42\n");
  EXPECT_THAT(read({temp}), ElementsAre("file_value{instance=zone2} 42", "file_value{instance=zone[1} 41"));
  const auto two = add(counter_origin::file, path("zone*/te*"));
  EXPECT_THAT(read({two}), Contains("file_value{instance=zone2/temp} 42"));
  std::filesystem::remove_all(path("zone2"));
  std::filesystem::remove_all(path("zone[1"));
  EXPECT_THAT(read({temp}), IsEmpty());
  EXPECT_EQ(state(temp), counter_state::available) << "no instance at the moment is no failure";
}

TEST_F(recorded_counters, a_fifo_does_not_hold_the_reading) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const auto pipe = add(counter_origin::file, path("pipe"));
  EXPECT_THAT(read({pipe}), IsEmpty());
  EXPECT_EQ(state(pipe), counter_state::failed);
}

TEST_F(recorded_counters, a_file_beyond_all_bounds_is_refused) {
  file("huge", std::string(5 * 1024 * 1024, ' ') + "1");
  const auto huge = add(counter_origin::file, path("huge"));
  EXPECT_THAT(read({huge}), IsEmpty());
  EXPECT_EQ(state(huge), counter_state::failed);
}

TEST_F(recorded_counters, denied_is_not_missing) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  file("secret", "1\n");
  ::chmod(path("secret").c_str(), 0);
  const auto secret = add(counter_origin::file, path("secret"));
  read({secret});
  EXPECT_EQ(state(secret), counter_state::denied);
}

TEST_F(recorded_counters, control_groups_come_and_go) {
  file("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  file("proc/self/cgroup", "0::/system.slice/reeve.service\n");
  file("sys/fs/cgroup/system.slice/reeve.service/memory.current", "100\n");
  file("sys/fs/cgroup/system.slice/a.service/memory.current", "200\n");
  file("sys/fs/cgroup/system.slice/a.service/memory.max", "max\n");
  file("sys/fs/cgroup/system.slice/b.scope/memory.current", "300\n");
  const auto own = add("cgroup");
  const auto services = add(counter_origin::set, "cgroup", "system.slice/*.service");
  const auto gone = add(counter_origin::set, "cgroup", "/gone");
  EXPECT_THAT(read({own, gone}), ElementsAre("cgroup_memory_bytes{cgroup=/system.slice/reeve.service} 100"));
  EXPECT_EQ(state(gone), counter_state::missing);
  EXPECT_THAT(why(gone), HasSubstr("/gone"));
  EXPECT_THAT(read({services}),
              testing::UnorderedElementsAre("cgroup_memory_bytes{cgroup=/system.slice/reeve.service} 100",
                                            "cgroup_memory_bytes{cgroup=/system.slice/a.service} 200"));
  std::filesystem::remove_all(path("sys/fs/cgroup/system.slice/a.service"));
  EXPECT_EQ(read({services}).size(), 1u);
}

TEST_F(recorded_counters, without_version_2_there_are_no_control_groups) {
  const auto own = add("cgroup");
  EXPECT_THAT(read({own}), IsEmpty());
  EXPECT_EQ(state(own), counter_state::missing);
}

} // namespace
